package io.bulkhead.dockerapi.image;

import io.bulkhead.dockerapi.Filters;
import io.bulkhead.dockerapi.Timestamps;
import io.bulkhead.image.Image;
import io.bulkhead.image.Images;
import io.bulkhead.name.ImageName;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The filters of image lists.
final class ImageFilter {

    static final Set<String> LIST = Set.of("dangling", "reference", "label", "label!", "before", "since", "until");
    static final Set<String> PRUNE = Set.of("dangling", "label", "label!", "until");

    private final Filters filters;
    private final List<NamePattern> references;
    private final Optional<Instant> before;
    private final Optional<Instant> after;

    ImageFilter(Filters filters, Images images, Clock clock) {
        this.filters = filters;
        references = filters.values("reference").stream().map(NamePattern::new).toList();
        Stream<Instant> olderThan = filters.values("before").stream()
                .map(name -> images.resolve(name).created());
        Stream<Instant> untils = filters.values("until").stream().map(text -> Timestamps.parse(text, clock.instant()));
        before = Stream.concat(olderThan, untils).min(Instant::compareTo);
        after = filters.values("since").stream()
                .map(name -> images.resolve(name).created())
                .max(Instant::compareTo);
    }

    boolean matches(Image image) {
        boolean dangling = image.tags().isEmpty();
        return filters.flag("dangling").map(wanted -> wanted == dangling).orElse(true)
                && filters.labelsMatch(image.config().labels())
                && before.map(image.created()::isBefore).orElse(true)
                && after.map(image.created()::isAfter).orElse(true)
                && (references.isEmpty()
                        || Stream.concat(image.tags().stream(), image.digests().stream())
                                .anyMatch(this::fits));
    }

    /// The tags to show: with a `reference` only those that fit it.
    List<String> tags(Image image) {
        return ImageFields.familiar(image.tags().stream().filter(this::fits).toList());
    }

    private boolean fits(ImageName name) {
        return references.isEmpty() || references.stream().anyMatch(reference -> reference.fits(name));
    }
}
