package io.bulkhead.denial;

import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Syscalls;
import java.time.Instant;

/// A system call that a container made, from one table, and that its filter refused; or logged, for a filter that
/// only watches.
///
/// @param number plain, without x32's bit
/// @param reason as it was at the first time
/// @param count how often
/// @param atLeast whether it was more often: records got lost, or the container was muted
public record Denial(
        Owners.Owner owner,
        SyscallTable table,
        int number,
        Owners.Reason reason,
        long count,
        boolean atLeast,
        Instant first,
        Sighting last) {

    /// @param command the thread's name, which is the container's choice
    /// @param executable likewise
    public record Sighting(Instant time, int pid, String command, String executable, FilterAction action) {}

    static Denial first(Owners.Owner owner, RefusedCall call, Owners.Reason reason, Sighting sighting) {
        return new Denial(owner, call.table(), call.number(), reason, 1, false, sighting.time, sighting);
    }

    Denial again(Sighting sighting) {
        return new Denial(owner, table, number, reason, count + 1, atLeast, first, sighting);
    }

    Denial withUncertainCount() {
        return new Denial(owner, table, number, reason, count, true, first, last);
    }

    /// Whether the call did not run.
    public boolean enforced() {
        return !last.action.mayReachKernel();
    }

    /// The call's name; its number for one that nobody has named.
    public String call() {
        return Syscalls.name(table, number).orElse(String.valueOf(number));
    }
}
