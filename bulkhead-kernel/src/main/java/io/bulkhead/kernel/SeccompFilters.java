package io.bulkhead.kernel;

import io.bulkhead.seccomp.BpfProgram;
import io.bulkhead.seccomp.FilterStack;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads the seccomp filters that the kernel holds for a process.
///
/// The kernel gives them to a tracer of the stopped process only (ptrace(2), PTRACE_SECCOMP_GET_FILTER), so the
/// process is stopped for a moment: a call it waits in begins again, and the few that cannot (epoll_wait, see
/// signal(7)) return EINTR, as they do when a container is paused. That needs CAP_SYS_ADMIN in the host's user
/// namespace and a reader without a filter of its own.
public final class SeccompFilters {

    private static final int PTRACE_SECCOMP_GET_FILTER = 0x420C;
    private static final int FILTERED = 2;

    private SeccompFilters() {}

    /// @param filters of the process's first thread: those it was started with, and those it loaded since
    /// @param stopped how long the process could not run, at most
    public record Reading(FilterStack filters, Duration stopped) {}

    /// Reads the filters of the process that started at `startTimeTicks` ([Pidfd#startTime]). It must not be a child
    /// that this program waits for: the wait could take the stop for an end.
    ///
    /// @throws KernelException (ESRCH) if it has ended, (EPERM) if it may not be traced or is traced already,
    ///     (EACCES) if this program lacks a right or is filtered itself, (ETIMEDOUT) if it does not stop since it
    ///     is frozen, (EOPNOTSUPP) if the kernel has no such call
    public static Reading of(int pid, long startTimeTicks) {
        // The kernel knows a tracer by its thread, and lets go of what a thread traced when that ends.
        return OwnThread.run("filters-of-" + pid, () -> read(pid, startTimeTicks));
    }

    private static Reading read(int pid, long startTimeTicks) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment room = arena.allocate((long) BpfProgram.MOST_INSTRUCTIONS * BpfProgram.INSTRUCTION_BYTES, 8);
            var programs = new ArrayList<byte[]>();
            long begin;
            try (var tracee = Tracee.seize(pid, startTimeTicks)) {
                begin = System.nanoTime();
                tracee.stop();
                copy(pid, room, programs);
            }
            Duration stopped = Duration.ofNanos(System.nanoTime() - begin);
            if (programs.isEmpty()) {
                requireUnfiltered(pid);
            }
            return new Reading(decode(pid, programs), stopped);
        }
    }

    /// Nothing but copying, while the process stands still.
    private static void copy(int pid, MemorySegment room, List<byte[]> programs) {
        while (true) {
            long count = Calls.syscall(Sys.PTRACE, PTRACE_SECCOMP_GET_FILTER, pid, programs.size(), room.address());
            boolean none = count == -Errno.EINVAL && programs.isEmpty();
            if (count == -Errno.ENOENT || none) {
                return;
            }
            Calls.check(count, "read filter " + programs.size() + " of process " + pid);
            programs.add(room.asSlice(0, count * BpfProgram.INSTRUCTION_BYTES).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /// "No filter" and "no such call" are the same answer. Taking one for the other would call a filtered process
    /// open.
    private static void requireUnfiltered(int pid) {
        ProcessStatus status =
                ProcessStatus.of(pid).orElseThrow(() -> new KernelException("read process " + pid, Errno.ESRCH));
        if (!status.ended() && status.number("Seccomp") == FILTERED) {
            throw new KernelException(
                    "process " + pid + " has filters, but this kernel does not show them "
                            + "(built without CONFIG_CHECKPOINT_RESTORE)",
                    Errno.EOPNOTSUPP);
        }
    }

    private static FilterStack decode(int pid, List<byte[]> programs) {
        try {
            return new FilterStack(programs.stream().map(BpfProgram::of).toList());
        } catch (IllegalArgumentException unknown) {
            var failure = new KernelException(
                    "a filter of process " + pid + " has instructions Bulkhead does not know", Errno.EOPNOTSUPP);
            failure.initCause(unknown);
            throw failure;
        }
    }
}
