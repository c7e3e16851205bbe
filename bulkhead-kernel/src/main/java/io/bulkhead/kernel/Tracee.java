package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A process that this thread traces (ptrace(2)); only the thread that seized it may use it, and it goes on at the
/// latest when that thread ends.
final class Tracee implements AutoCloseable {

    private static final int PTRACE_DETACH = 17;
    private static final int PTRACE_SEIZE = 0x4206;
    private static final int PTRACE_INTERRUPT = 0x4207;
    private static final int PTRACE_EVENT_STOP = 128;
    private static final int WNOHANG = 1;
    private static final int ANY_KIND = 0x4000_0000; // __WALL

    /// A frozen process stops only once it is thawed.
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long PAUSE_NANOS = 10_000;

    private final int pid;
    private boolean stopped;
    private int pendingSignal;

    private Tracee(int pid) {
        this.pid = pid;
    }

    /// Does not stop it yet.
    static Tracee seize(int pid, long startTimeTicks) {
        long result = Calls.syscall(Sys.PTRACE, PTRACE_SEIZE, pid, 0, 0);
        if (result == -Errno.EPERM) {
            throw refused(pid);
        }
        Calls.check(result, "trace process " + pid);
        // From here on the pid cannot pass to another process unseen; before, it could.
        if (Pidfd.startTime(pid).orElse(-1) != startTimeTicks) {
            throw ended(pid);
        }
        return new Tracee(pid);
    }

    /// The kernel has one answer for several reasons.
    private static KernelException refused(int pid) {
        var status = ProcessStatus.of(pid);
        if (status.isEmpty() || status.get().ended()) {
            return ended(pid);
        }
        int tracer = status.get().number("TracerPid");
        String why = tracer == 0 ? "" : ": process " + tracer + " traces it already";
        return new KernelException("trace process " + pid + why, Errno.EPERM);
    }

    private static KernelException ended(int pid) {
        return new KernelException("trace process " + pid, Errno.ESRCH);
    }

    /// Returns when it stands still. A signal that happens to stop it first is as good; it gets it when it goes on.
    void stop() {
        Calls.check(Calls.syscall(Sys.PTRACE, PTRACE_INTERRUPT, pid, 0, 0), "stop process " + pid);
        int status = awaitStop();
        if ((status & 0xFF) != 0x7F) {
            throw ended(pid);
        }
        stopped = true;
        pendingSignal = status >>> 16 == PTRACE_EVENT_STOP ? 0 : (status >>> 8) & 0xFF;
    }

    private int awaitStop() {
        long begin = System.nanoTime();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            while (true) {
                long waited = Calls.restarting(Sys.WAIT4, pid, status.address(), WNOHANG | ANY_KIND, 0);
                Calls.check(waited, "wait for process " + pid + " to stop");
                if (waited == pid) {
                    return status.get(ValueLayout.JAVA_INT, 0);
                }
                if (System.nanoTime() - begin > PATIENCE_NANOS) {
                    throw new KernelException("process " + pid + " does not stop (is it frozen?)", Errno.ETIMEDOUT);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /// Lets it go on. One that never stopped goes on when this thread ends; one that was killed meanwhile is gone.
    @Override
    public void close() {
        if (stopped) {
            stopped = false;
            long _ = Calls.syscall(Sys.PTRACE, PTRACE_DETACH, pid, 0, pendingSignal);
        }
    }
}
