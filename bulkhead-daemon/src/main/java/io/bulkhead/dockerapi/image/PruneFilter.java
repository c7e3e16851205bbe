package io.bulkhead.dockerapi.image;

import io.bulkhead.dockerapi.Filters;
import io.bulkhead.dockerapi.Timestamps;
import io.bulkhead.image.Image;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/// Which images a prune may take: here `dangling=false` means "also those with a name".
final class PruneFilter {

    private final Filters filters;
    private final Optional<Instant> until;

    PruneFilter(Filters filters, Clock clock) {
        this.filters = filters;
        until = filters.values("until").stream()
                .map(text -> Timestamps.parse(text, clock.instant()))
                .min(Instant::compareTo);
    }

    boolean matches(Image image) {
        return filters.labelsMatch(image.config().labels())
                && until.map(image.created()::isBefore).orElse(true);
    }
}
