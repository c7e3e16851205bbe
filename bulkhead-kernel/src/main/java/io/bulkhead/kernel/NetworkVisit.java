package io.bulkhead.kernel;

import java.nio.file.Path;
import java.util.function.Supplier;

/// Runs something in another network namespace, on a thread made for it.
///
/// A thread hands its namespaces on to every thread it starts. Completing a future may start one (the carriers of
/// virtual threads are started by whoever has work for them), and a carrier born in a container's namespace would go
/// on to serve other requests there. So the thread is back in its own namespace before it says anything to anybody.
final class NetworkVisit {

    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");

    private NetworkVisit() {}

    static <T> T run(Fd network, Supplier<T> action) {
        return OwnThread.run("network-visit", () -> visit(network, action));
    }

    private static <T> T visit(Fd network, Supplier<T> action) {
        try (Fd own = Opening.plain(OWN, Sys.O_RDONLY)) {
            enter(network);
            try {
                return action.get();
            } finally {
                enter(own);
            }
        }
    }

    private static void enter(Fd network) {
        Calls.check(Calls.syscall(Sys.SETNS, network.number(), CLONE_NEWNET), "enter a network namespace");
    }
}
