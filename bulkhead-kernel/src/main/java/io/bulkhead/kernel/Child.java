package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program started by [Spawn]. It is reaped as soon as it ends, whether anybody waits or not; only its own pid is
/// waited for, so the JDK's processes stay the JDK's. Waiting parks, so it suits virtual threads.
public final class Child {

    private static final int SIGNALLED = 128;
    private static final int SIGKILL = 9;

    private final int pid;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private Child(int pid) {
        this.pid = pid;
    }

    /// Nobody else can reap it, so the pid cannot have been reused yet.
    static Child of(int pid) {
        var child = new Child(pid);
        try {
            child.watch();
        } catch (KernelException unwatched) {
            // Without descriptors left to watch it by: it must not run on unknown to everybody.
            long _ = Calls.syscall(Sys.KILL, pid, SIGKILL);
            child.reap();
            throw unwatched;
        }
        return child;
    }

    private void watch() {
        Fd pidfd = new Fd((int) Calls.check(Calls.syscall(Sys.PIDFD_OPEN, pid, 0), "pidfd_open of a child"));
        try {
            Watcher.shared().whenReadable(pidfd, () -> {
                pidfd.close();
                reap();
            });
        } catch (KernelException failure) {
            pidfd.close();
            throw failure;
        }
    }

    public int pid() {
        return pid;
    }

    /// Waits for its end: its exit code, or 128 plus the signal that ended it.
    public int waitFor() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException broken) {
            throw new IllegalStateException("the child " + pid + " was reaped by somebody else", broken);
        }
    }

    /// As [#waitFor()]; empty if it still runs after `limit`.
    public Optional<Integer> waitFor(Duration limit) throws InterruptedException {
        try {
            return Optional.of(exit.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException running) {
            return Optional.empty();
        } catch (ExecutionException broken) {
            throw new IllegalStateException("the child " + pid + " was reaped by somebody else", broken);
        }
    }

    /// Done with the exit code at its end. What depends on it runs on the watching thread and must not block.
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    private void reap() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            Calls.check(Calls.restarting(Sys.WAIT4, pid, status.address(), 0, 0), "wait4");
            exit.complete(code(status.get(ValueLayout.JAVA_INT, 0)));
        } catch (KernelException stolen) {
            exit.completeExceptionally(stolen);
        }
    }

    /// wait(2): the low seven bits are the signal, the next byte the exit code.
    private static int code(int status) {
        int signal = status & 0x7F;
        return signal == 0 ? status >> 8 & 0xFF : SIGNALLED + signal;
    }
}
