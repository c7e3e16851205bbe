package io.bulkhead.crash;

import java.io.IOException;
import java.util.List;

/// A program of the host and what it says.
record Shell(List<String> command) {

    Shell(String... command) {
        this(List.of(command));
    }

    List<String> lines() throws IOException, InterruptedException {
        return CrashDaemon.run(command).lines().toList();
    }
}
