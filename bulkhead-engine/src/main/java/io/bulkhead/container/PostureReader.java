package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Pidfd;
import io.bulkhead.kernel.ProcessStatus;
import io.bulkhead.kernel.SeccompFilters;
import io.bulkhead.kernel.SyscallTables;
import io.bulkhead.seccomp.FilterStack;
import io.bulkhead.seccomp.SyscallTable;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Measures [Posture]s: asks the kernel about the process itself, never the settings it was started with.
final class PostureReader {

    /// A process may load another filter between two looks, but hardly every time.
    private static final int LOOKS = 3;

    private final SyscallTables tables = SyscallTables.ofHost();

    /// @param startTimeTicks of the process that is meant ([Pidfd#startTime]): a pid may be used again
    /// @throws EngineException CONFLICT if it has ended, is traced or frozen; RUNTIME_FAILED if the kernel does not
    ///     tell
    Posture read(int pid, long startTimeTicks) {
        try {
            requireSame(pid, startTimeTicks);
            Posture posture = measure(pid, startTimeTicks);
            requireSame(pid, startTimeTicks);
            return posture;
        } catch (KernelException failure) {
            Reason reason = switch (failure.errno()) {
                case Errno.ESRCH, Errno.EPERM, Errno.ETIMEDOUT, Errno.EAGAIN -> Reason.CONFLICT;
                default -> Reason.RUNTIME_FAILED;
            };
            String remedy = failure.errno() == Errno.ETIMEDOUT ? "; unpause the container first" : "";
            throw new EngineException(reason, "measure the posture: " + failure.getMessage() + remedy, failure);
        }
    }

    private static void requireSame(int pid, long startTimeTicks) {
        if (Pidfd.startTime(pid).orElse(-1) != startTimeTicks) {
            throw new KernelException("the container's process " + pid + " has ended", Errno.ESRCH);
        }
    }

    private Posture measure(int pid, long startTimeTicks) {
        for (int look = 0; look < LOOKS; look++) {
            FilterStack filters = SeccompFilters.of(pid, startTimeTicks).filters();
            ProcessStatus status = ProcessStatus.of(pid)
                    .orElseThrow(() -> new KernelException("read the status of " + pid, Errno.ESRCH));
            if (status.number("Seccomp_filters") == filters.programs().size()) {
                return posture(pid, status, filters);
            }
        }
        throw new KernelException("process " + pid + " goes on loading filters", Errno.EAGAIN);
    }

    private Posture posture(int pid, ProcessStatus status, FilterStack filters) {
        var files = new ProcessFiles(pid);
        return new Posture(
                pid,
                files.map("uid_map"),
                files.map("gid_map"),
                capabilities(status),
                status.number("Seccomp"),
                filters.programs().size(),
                count(table -> filters.reachable(table.architecture(), tables.calls(table))),
                count(table -> filters.watched(table.architecture(), tables.calls(table))),
                count(table -> filters.reachable(table.architecture(), tables.others(table))),
                tables.source(),
                status.number("NoNewPrivs") == 1,
                files.label(),
                files.namespacesOfItsOwn(),
                files.mounts());
    }

    private static Map<String, String> capabilities(ProcessStatus status) {
        return Stream.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
                .collect(Collectors.toMap(Function.identity(), status::field));
    }

    private static Map<String, Integer> count(Function<SyscallTable, Integer> of) {
        return SyscallTable.ofMachine(System.getProperty("os.arch")).stream()
                .collect(Collectors.toMap(SyscallTable::label, of));
    }
}
