package io.bulkhead.cli.terminal;

import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Failure;

/// Asks for one line.
public final class Prompt {

    private Prompt() {}

    /// @return what was typed; empty when the input has ended
    public static String line(Console console, String question) {
        ask(console, question);
        return console.readLine();
    }

    /// What is typed is not shown; a terminal that cannot keep it to itself is not asked at all.
    public static String unseen(Console console, String question) {
        try (var mode = TerminalMode.unseen()) {
            if (!mode.changed()) {
                throw new Failure("the terminal cannot be told to hide what is typed: use --password-stdin");
            }
            return line(console, question);
        }
    }

    private static void ask(Console console, String question) {
        console.out().print(question);
        console.flush();
    }
}
