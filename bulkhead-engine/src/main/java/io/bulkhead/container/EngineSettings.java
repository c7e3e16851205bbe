package io.bulkhead.container;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.idregistry.Key;
import io.bulkhead.name.Names;
import io.bulkhead.runtime.OciRuntime;
import java.nio.file.Path;
import java.util.Optional;

/// Where the engine keeps things and which programs it uses.
///
/// @param state survives a boot: `/var/lib/bulkhead`
/// @param run does not: `/run/bulkhead`
/// @param ids the host ids containers get their ranges from
/// @param staticIds those of containers of mode `static`
/// @param cgroup the parent of all containers' cgroups, for example `/bulkhead`
/// @param recording how calls are recorded
/// @param logLimit bytes after which a container's log begins anew; negative for no limit
public record EngineSettings(
        Path state,
        Path run,
        IdRange ids,
        Optional<StaticIds> staticIds,
        OciRuntime.Kind runtime,
        Path runtimeBinary,
        Path monitorBinary,
        String cgroup,
        RecordingChoice recording,
        long logLimit) {

    /// Ids that hosts agree on.
    ///
    /// @param registry a directory that all of them have
    /// @param whole all ids in it
    /// @param tenant whose containers this host's are
    public record StaticIds(Path registry, IdRange whole, String tenant) {
        public StaticIds {
            if (!Key.isName(tenant)) {
                throw new IllegalArgumentException("`" + Names.shown(tenant) + "` is not a plain name");
            }
        }
    }
}
