package io.bulkhead.kernel;

import java.nio.file.Path;

/// Takes a mount out of another mount namespace: it can only be copied from within its own.
///
/// A thread made for it goes there, which takes a root and a working directory of its own, and is back before it says
/// anything to anybody, for the reason that [NetworkVisit] has.
final class MountVisit {

    private static final int CLONE_FS = 0x200;
    private static final int CLONE_NEWNS = 0x2_0000;
    private static final Path OWN = Path.of("/proc/thread-self/ns/mnt");

    private MountVisit() {}

    static Fd copy(Fd namespace, String relative) {
        return OwnThread.run("mount-visit", () -> visit(namespace, relative));
    }

    private static Fd visit(Fd namespace, String relative) {
        try (Fd own = Opening.plain(OWN, Sys.O_RDONLY)) {
            Calls.check(Calls.syscall(Sys.UNSHARE, CLONE_FS), "unshare the working directory");
            enter(namespace);
            try (Directory root = Directory.open(Path.of("/"));
                    Fd source = root.pin(relative, Links.REFUSE)) {
                return Mounts.clone(source, false);
            } finally {
                enter(own);
            }
        }
    }

    private static void enter(Fd namespace) {
        Calls.check(Calls.syscall(Sys.SETNS, namespace.number(), CLONE_NEWNS), "enter a mount namespace");
    }
}
