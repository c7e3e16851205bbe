package io.bulkhead.container;

import io.bulkhead.name.ContainerId;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/// One exec through its life. `this` guards its state; it is shown as an immutable [Exec].
final class ExecLife {

    private static final int KILLED = 137;

    private final ContainerId container;
    private final Path directory;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private Exec now;
    private boolean begun;

    ExecLife(String id, ContainerId container, ExecSpec spec, Path directory) {
        this.container = container;
        this.directory = directory;
        this.now = new Exec(id, container, spec, false, OptionalInt.empty(), 0);
    }

    ContainerId container() {
        return container;
    }

    /// Where its process object, sockets and exit file are.
    Path directory() {
        return directory;
    }

    synchronized Exec now() {
        return now;
    }

    /// @return false when it was begun before: an exec runs once
    synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    synchronized void running(int pid) {
        if (now.exitCode().isEmpty()) {
            now = new Exec(now.id(), container, now.spec(), true, OptionalInt.empty(), pid);
        }
    }

    void ended(int code) {
        synchronized (this) {
            if (now.exitCode().isPresent()) {
                return;
            }
            now = new Exec(now.id(), container, now.spec(), false, OptionalInt.of(code), 0);
        }
        ended.complete(code);
    }

    /// The container's end is the end of everything in it.
    void containerEnded() {
        ended(KILLED);
    }

    /// Done with the exit code.
    CompletableFuture<Integer> end() {
        return ended;
    }
}
