package io.bulkhead.container;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.spec.ContainerSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a container is, as it is stored: written when it is created, renamed or updated.
///
/// @param range the ids it has for its whole life; empty with the host's
record Definition(ContainerSpec spec, Instant created, Optional<IdRange> range, List<String> warnings) {

    Definition {
        warnings = List.copyOf(warnings);
    }

    Definition withSpec(ContainerSpec newSpec) {
        return new Definition(newSpec, created, range, warnings);
    }
}
