package io.bulkhead.daemon;

import io.bulkhead.audit.AuditSettings;
import io.bulkhead.authn.TlsPaths;
import io.bulkhead.container.EngineSettings.StaticIds;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.sink.SinkSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How this daemon runs: what the configuration file says, with the defaults for what it does not.
///
/// @param tcp where it listens besides, behind TLS
/// @param state what survives a boot; root's alone
/// @param run what does not
/// @param ids the host ids containers get their ranges from
/// @param staticIds those that hosts agree on
/// @param userns the mode of containers that ask for none
/// @param certificates a directory per registry with the CA certificates it is trusted by
/// @param roles who may do what; without that file root administers and nobody else may do anything
/// @param audit how the record is kept, and who gets copies of it
/// @param recording how the calls of containers are recorded
/// @param logLimit bytes after which a container's log begins anew; negative for no limit
/// @param grace how long requests may take to end at shutdown
record Config(
        Socket socket,
        Optional<Tcp> tcp,
        Path state,
        Path run,
        IdRange ids,
        Optional<StaticIds> staticIds,
        UsernsDefaults userns,
        Programs programs,
        Log log,
        Bridge bridge,
        Path certificates,
        Path roles,
        Audit audit,
        Recording recording,
        long logLimit,
        Duration grace) {

    /// @param mode of the socket file; whoever may write to it may ask, though only root is answered by default
    /// @param group its group, by name; root's if empty
    record Socket(Path path, int mode, Optional<String> group) {}

    /// @param tokens whether bearer tokens are taken there
    record Tcp(List<InetSocketAddress> listen, TlsPaths files, boolean tokens) {
        Tcp {
            listen = List.copyOf(listen);
        }
    }

    /// @param runtime which of the two runs containers
    /// @param monitor conmon
    record Programs(Runtime runtime, Path crun, Path runc, Path monitor) {

        Path runtimeBinary() {
            return switch (runtime) {
                case CRUN -> crun;
                case RUNC -> runc;
            };
        }
    }

    enum Runtime {
        CRUN,
        RUNC
    }

    /// As `io.bulkhead.container.RecordingChoice`.
    enum Recording {
        AUTO,
        EBPF,
        LOG
    }

    record Audit(AuditSettings record, List<SinkSettings> sinks) {
        Audit {
            sinks = List.copyOf(sinks);
        }
    }

    record Log(LogFormat format, System.Logger.Level level) {}

    /// @param subnet empty: one that clashes with no route of the host
    record Bridge(String name, Optional<String> subnet) {}
}
