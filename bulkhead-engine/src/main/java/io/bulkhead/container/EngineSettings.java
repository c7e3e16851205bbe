package io.bulkhead.container;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.runtime.OciRuntime;
import java.nio.file.Path;

/// Where the engine keeps things and which programs it uses.
///
/// @param state survives a boot: `/var/lib/bulkhead`
/// @param run does not: `/run/bulkhead`
/// @param ids the host ids containers get their ranges from
/// @param cgroup the parent of all containers' cgroups, for example `/bulkhead`
/// @param recording how calls are recorded
/// @param logLimit bytes after which a container's log begins anew; negative for no limit
public record EngineSettings(
        Path state,
        Path run,
        IdRange ids,
        OciRuntime.Kind runtime,
        Path runtimeBinary,
        Path monitorBinary,
        String cgroup,
        RecordingChoice recording,
        long logLimit) {}
