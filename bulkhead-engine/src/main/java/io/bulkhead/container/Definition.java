package io.bulkhead.container;

import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.spec.ContainerSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a container is, as it is stored: written when it is created, renamed or updated.
///
/// @param range the ids of the engine's pool that it has for its whole life, as has whoever joins it; empty when it has
/// others
/// @param maps those of its user namespace; empty with the host's
record Definition(
        ContainerSpec spec, Instant created, Optional<IdRange> range, Optional<IdMaps> maps, List<String> warnings) {

    Definition {
        warnings = List.copyOf(warnings);
    }

    Definition withSpec(ContainerSpec newSpec) {
        return new Definition(newSpec, created, range, maps, warnings);
    }
}
