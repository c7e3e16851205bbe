package io.bulkhead.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What both versions do alike: waiting, killing one by one, removing.
final class CgroupLife {

    /// A group stays busy for a moment after its last process has ended.
    private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(5);

    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 20;

    private CgroupLife() {}

    /// Asks until it holds.
    /// @return whether it came to hold in time
    static boolean await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                return condition.getAsBoolean();
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
        return true;
    }

    /// SIGKILL to each. A pid that was used again in between would be somebody else's, so callers freeze the group
    /// first where they can: the processes of a frozen group cannot end.
    static void kill(List<Integer> pids) {
        for (int pid : pids) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    static void remove(List<Path> groups) {
        for (Path group : groups) {
            if (!await(REMOVAL_LIMIT, () -> CgroupFiles.removeTree(group))) {
                throw new CgroupException(
                        CgroupException.Reason.TIMED_OUT,
                        group + " cannot be removed: processes " + CgroupFiles.pids(group) + " are in it");
            }
        }
    }

    static CgroupException timedOut(String what, Duration limit) {
        return new CgroupException(
                CgroupException.Reason.TIMED_OUT, what + " took longer than " + limit.toMillis() + " ms");
    }
}
