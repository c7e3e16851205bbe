package io.bulkhead.denial;

import io.bulkhead.access.Target;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.name.ContainerId;
import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.SyscallTable;
import java.util.Optional;

/// Whose a process is, and what holds for it.
public interface Owners {

    /// @param range the container's ids on the host; empty with the host's own
    /// @param image as the container's maker named it
    /// @param target what decisions about the container are about
    record Owner(ContainerId id, String name, String image, Target.OfContainer target, Optional<IdRange> range) {}

    /// @param user the host's uid
    /// @param pid it may have ended
    /// @return empty if it is no container's
    Optional<Owner> of(long user, int pid);

    /// @param outcome for people: `refused with EPERM`; `would be refused with EPERM` where the filter only watches
    /// @param rule what refused the call
    /// @param remedy the option that lifts it
    record Reason(String outcome, String rule, String remedy) {}

    /// Why a container's filter answers a call as it does.
    ///
    /// @param number plain, without x32's bit
    /// @return empty if it lets the call through and nothing is to be told
    Optional<Reason> why(Owner owner, SyscallTable table, int number, FilterAction action);
}
