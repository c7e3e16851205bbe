package io.bulkhead.cli;

import io.bulkhead.cli.verb.Console;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// Runs the command lines it reads from standard input, one a line, in this one process: what the ahead-of-time cache
/// of the command is made from (`packaging/assemble`). Words are split at spaces; exit codes are not looked at.
final class Rehearsal {

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int _ = Main.run(Console.system(), line.split(" "));
        }
        // As Main does: threads that wait for input must not keep the program.
        System.exit(0);
    }
}
