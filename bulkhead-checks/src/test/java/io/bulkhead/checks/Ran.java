package io.bulkhead.checks;

import java.util.List;

/// What a program did: its exit code and everything it said.
record Ran(int exitCode, String out, String err) {

    /// Standard output without the line end.
    String said() {
        return out.stripTrailing();
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /// @throws AssertionError with everything it said unless the program was content
    Ran orFail() {
        if (exitCode != 0) {
            throw new AssertionError("exit code " + exitCode + "\n" + out + err);
        }
        return this;
    }
}
