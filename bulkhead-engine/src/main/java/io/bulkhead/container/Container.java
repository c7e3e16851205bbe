package io.bulkhead.container;

import io.bulkhead.idmap.IdMaps;
import io.bulkhead.name.ContainerId;
import io.bulkhead.network.Attachment;
import io.bulkhead.spec.ContainerSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A container as it stands at one moment: an immutable snapshot, what lists and `inspect` show.
///
/// @param idMaps those of its user namespace; empty with the host's
/// @param network the addresses and ports it has while it runs; empty otherwise, and with `none`, `host` and shared
/// ones
/// @param mounts what is mounted besides the image
/// @param bundle where its `config.json` lies
/// @param hostFiles the files mounted as `/etc/hostname`, `/etc/hosts`, `/etc/resolv.conf`
/// @param warnings what is not as safe or as asked as it could be, for `inspect`
public record Container(
        ContainerSpec spec,
        Instant created,
        Optional<IdMaps> idMaps,
        State state,
        int restartCount,
        Optional<Health> health,
        Optional<Attachment> network,
        List<MountPoint> mounts,
        Path bundle,
        Path logPath,
        HostFiles hostFiles,
        List<String> warnings,
        List<String> execIds) {

    public Container {
        mounts = List.copyOf(mounts);
        warnings = List.copyOf(warnings);
        execIds = List.copyOf(execIds);
    }

    public ContainerId id() {
        return spec.id();
    }

    /// @param pid the host's number of the container's first process, 0 when it does not run
    /// @param error why it did not start or ended strangely, or empty
    public record State(
            Status status,
            int pid,
            int exitCode,
            String error,
            boolean oomKilled,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt) {

        public boolean running() {
            return status == Status.RUNNING || status == Status.PAUSED;
        }
    }

    public enum Status {
        CREATED,
        RUNNING,
        PAUSED,
        RESTARTING,
        REMOVING,
        EXITED,
        DEAD;

        /// As Docker's API writes it.
        public String spelling() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// @param log the last five probes, oldest first
    public record Health(HealthStatus status, int failingStreak, List<Probe> log) {
        public Health {
            log = List.copyOf(log);
        }
    }

    public enum HealthStatus {
        STARTING,
        HEALTHY,
        UNHEALTHY;

        public String spelling() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public record Probe(Instant start, Instant end, int exitCode, String output) {}

    /// @param type `bind`, `volume` or `tmpfs`
    /// @param name the volume's, or empty
    /// @param source on the host
    public record MountPoint(
            String type,
            String name,
            String source,
            String destination,
            String driver,
            String mode,
            boolean writable,
            String propagation) {}

    public record HostFiles(Path hostname, Path hosts, Path resolvConf) {}
}
