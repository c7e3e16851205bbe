package io.bulkhead.cli.verb;

/// Asks before something is removed.
public final class Confirm {

    private Confirm() {}

    /// Anything but `y` is a no, and so is the end of the input.
    public static boolean asked(Console console, String warning) {
        console.out().print("WARNING! " + warning + "\nAre you sure you want to continue? [y/N] ");
        console.flush();
        return console.readLine().strip().equalsIgnoreCase("y");
    }
}
