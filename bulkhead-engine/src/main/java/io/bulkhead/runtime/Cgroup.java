package io.bulkhead.runtime;

import io.bulkhead.spec.Resources;
import java.time.Duration;
import java.util.List;

/// One container's control group, in all hierarchies it is in. Got from [CgroupHost]; it need not exist (any more).
///
/// Failures are [CgroupException]s.
public interface Cgroup {

    boolean exists();

    /// All processes in it and in groups below it, as the host numbers them; empty if it does not exist.
    List<Integer> pids();

    /// @throws CgroupException NOT_FOUND
    CgroupUsage usage();

    /// Stops all its processes where they are; returns once they stand still. Undone if that takes too long.
    ///
    /// @throws CgroupException TIMED_OUT
    void freeze(Duration limit);

    void thaw();

    boolean frozen();

    /// Kills everything in it, however fast it forks; returns once it is empty.
    ///
    /// @throws CgroupException TIMED_OUT
    void killAll(Duration limit);

    /// Whether the kernel has killed any of its processes for want of memory.
    boolean oomKilled();

    /// New limits as Docker understands them. What is absent stays; 0 shares or weight stay too.
    ///
    /// @throws CgroupException INVALID when they contradict each other or what is in force
    void update(Resources resources);

    /// Removes it and all groups below, in all hierarchies; returns if it does not exist.
    ///
    /// @throws CgroupException TIMED_OUT while processes are still in it
    void remove();
}
