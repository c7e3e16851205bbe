package io.bulkhead.cli.output;

import io.bulkhead.cli.text.Sizes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/// A stream that shows on a terminal how much of it has been read.
public final class Meter extends FilterInputStream {

    private static final long PAUSE = 100_000_000;

    private final String title;
    private final long total;
    private final PrintStream terminal;
    private long read;
    private long shownAt = System.nanoTime();
    private boolean shown;

    /// @param total how much there is; 0 when that is not known
    public Meter(InputStream input, String title, long total, PrintStream terminal) {
        super(input);
        this.title = title;
        this.total = total;
        this.terminal = terminal;
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        count(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        count(Math.max(count, 0));
        return count;
    }

    private void count(int count) {
        read += count;
        long now = System.nanoTime();
        if (now - shownAt >= PAUSE) {
            shownAt = now;
            show();
        }
    }

    private void show() {
        shown = true;
        String state = total > 0 ? Progress.bar(read, total) : Sizes.decimal((double) read);
        terminal.print("\r" + title + " " + state + "\u001b[K");
    }

    @Override
    public void close() throws IOException {
        if (shown) {
            show();
            terminal.print("\n");
        }
        super.close();
    }
}
