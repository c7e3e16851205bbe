package io.bulkhead.cli.verb;

import java.io.IOException;

/// Asks before something is removed.
public final class Confirm {

    private Confirm() {}

    /// Anything but `y` is a no, and so is the end of the input.
    public static boolean asked(Console console, String warning) {
        console.out().print("WARNING! " + warning + "\nAre you sure you want to continue? [y/N] ");
        console.flush();
        try {
            var answer = new StringBuilder();
            int next = console.in().read();
            while (next >= 0 && next != '\n') {
                answer.append((char) next);
                next = console.in().read();
            }
            return answer.toString().strip().equalsIgnoreCase("y");
        } catch (IOException _) {
            return false;
        }
    }
}
