package io.bulkhead.cli.verb;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/// The streams, clock and environment of one run of the program; passed in so that tests see what is written.
public record Console(InputStream in, PrintStream out, PrintStream err, Clock clock, Map<String, String> environment) {

    /// The real ones. Standard output is flushed by [#flush], so that a long listing is not a write a line.
    public static Console system() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 8192),
                        false,
                        StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Clock.system(ZoneId.systemDefault()),
                System.getenv());
    }

    public void line(String text) {
        out.print(text);
        out.print('\n');
    }

    /// The next line of the input without its end; empty when there is none. Nothing after it is read.
    public String readLine() {
        var line = new ByteArrayOutputStream();
        try {
            int next = in.read();
            while (next >= 0 && next != '\n') {
                line.write(next);
                next = in.read();
            }
        } catch (IOException _) {
            return "";
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    public void flush() {
        out.flush();
        err.flush();
    }
}
