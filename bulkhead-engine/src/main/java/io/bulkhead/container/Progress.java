package io.bulkhead.container;

import io.bulkhead.container.Container.MountPoint;
import io.bulkhead.container.Container.State;
import io.bulkhead.container.Container.Status;
import io.bulkhead.network.Attachment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far a container got in its life, as it is stored at every step of it.
///
/// @param stopped somebody stopped it: no restart policy starts it again, except `always` when the daemon starts
/// @param processes those of a start, from just before the host is changed for it until all of it was taken back
record Progress(
        Status status,
        int exitCode,
        String error,
        boolean oomKilled,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        int restartCount,
        boolean stopped,
        Optional<Processes> processes,
        Optional<Attachment> network,
        List<MountPoint> mounts,
        List<String> warnings) {

    Progress {
        mounts = List.copyOf(mounts);
        warnings = List.copyOf(warnings);
    }

    /// Processes with their start times, in ticks since boot, so that a number used again is not mistaken for them.
    ///
    /// @param bootId `/proc/sys/kernel/random/boot_id`: after another boot none of it means anything
    record Processes(String bootId, int monitor, long monitorStart, int process, long processStart) {

        /// A start that was begun, whose processes are not known yet.
        static Processes begun(String bootId) {
            return new Processes(bootId, 0, 0, 0, 0);
        }
    }

    static Progress created() {
        return created(List.of());
    }

    /// @param mounts what it will have
    static Progress created(List<MountPoint> mounts) {
        return new Progress(
                Status.CREATED,
                0,
                "",
                false,
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                Optional.empty(),
                Optional.empty(),
                mounts,
                List.of());
    }

    /// A start is about to change the host.
    Progress starting(String bootId) {
        return new Progress(
                status,
                exitCode,
                "",
                false,
                startedAt,
                finishedAt,
                restartCount,
                false,
                Optional.of(Processes.begun(bootId)),
                Optional.empty(),
                mounts,
                List.of());
    }

    Progress running(
            Processes of, Instant at, Optional<Attachment> attachment, List<MountPoint> mounted, List<String> notes) {
        return new Progress(
                Status.RUNNING,
                0,
                "",
                false,
                Optional.of(at),
                finishedAt,
                restartCount,
                false,
                Optional.of(of),
                attachment,
                mounted,
                notes);
    }

    Progress with(Status newStatus) {
        return new Progress(
                newStatus,
                exitCode,
                error,
                oomKilled,
                startedAt,
                finishedAt,
                restartCount,
                stopped,
                processes,
                network,
                mounts,
                warnings);
    }

    Progress ended(Status how, int code, String why, boolean oom, Instant at, boolean byCaller) {
        return new Progress(
                how,
                code,
                why,
                oom,
                startedAt,
                Optional.of(at),
                restartCount,
                byCaller,
                Optional.empty(),
                Optional.empty(),
                mounts,
                warnings);
    }

    /// A start that failed: nothing of it is left on the host.
    Progress failed(int code, String why) {
        return new Progress(
                startedAt.isEmpty() ? Status.CREATED : Status.EXITED,
                code,
                why,
                false,
                startedAt,
                finishedAt,
                restartCount,
                stopped,
                Optional.empty(),
                Optional.empty(),
                mounts,
                warnings);
    }

    Progress restarts(int count) {
        return new Progress(
                status,
                exitCode,
                error,
                oomKilled,
                startedAt,
                finishedAt,
                count,
                stopped,
                processes,
                network,
                mounts,
                warnings);
    }

    State state() {
        boolean runs = status == Status.RUNNING || status == Status.PAUSED;
        int pid = runs ? processes.map(Processes::process).orElse(0) : 0;
        return new State(status, pid, exitCode, error, oomKilled, startedAt, finishedAt);
    }
}
