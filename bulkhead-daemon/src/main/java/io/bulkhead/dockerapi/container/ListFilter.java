package io.bulkhead.dockerapi.container;

import io.bulkhead.container.Container;
import io.bulkhead.container.Container.HealthStatus;
import io.bulkhead.container.Container.Status;
import io.bulkhead.dockerapi.Filters;
import io.bulkhead.dockerapi.SearchPattern;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.image.Image;
import io.bulkhead.image.Images;
import io.bulkhead.name.Digest;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The filters of `docker ps`, checked before the first container is looked at.
final class ListFilter {

    static final Set<String> KNOWN = Set.of(
            "ancestor",
            "before",
            "expose",
            "exited",
            "health",
            "id",
            "isolation",
            "is-task",
            "label",
            "label!",
            "name",
            "network",
            "publish",
            "since",
            "status",
            "volume");

    private final Filters filters;
    private final List<SearchPattern> names;
    private final List<SearchPattern> ids;
    private final Set<Digest> ancestors;
    private final Set<Integer> exited;
    private final List<PortFilter> published;
    private final List<PortFilter> exposed;
    private final Optional<Instant> before;
    private final Optional<Instant> since;

    ListFilter(Filters filters, Seen seen, Images images) {
        this.filters = filters;
        names = patterns("name");
        ids = patterns("id");
        ancestors = filters.values("ancestor").stream()
                .flatMap(name -> images.find(name).map(Image::id).stream())
                .collect(Collectors.toSet());
        exited = filters.values("exited").stream().map(ListFilter::code).collect(Collectors.toSet());
        published = filters.values("publish").stream().map(PortFilter::parse).toList();
        exposed = filters.values("expose").stream().map(PortFilter::parse).toList();
        before = filters.values("before").stream()
                .map(name -> seen.container(name).created())
                .min(Instant::compareTo);
        since = filters.values("since").stream()
                .map(name -> seen.container(name).created())
                .max(Instant::compareTo);
        requireWords("status", Arrays.stream(Status.values()).map(Status::spelling));
        requireWords(
                "health",
                Stream.concat(
                        Stream.of("none"), Arrays.stream(HealthStatus.values()).map(HealthStatus::spelling)));
    }

    private List<SearchPattern> patterns(String filter) {
        return filters.values(filter).stream()
                .map(text -> SearchPattern.of(filter, text))
                .toList();
    }

    private static Integer code(String text) {
        if (!text.matches("[0-9]{1,3}")) {
            throw Filters.invalid("exited", text);
        }
        return Integer.valueOf(text);
    }

    private void requireWords(String filter, Stream<String> words) {
        Set<String> known = words.collect(Collectors.toSet());
        for (String value : filters.values(filter)) {
            if (!known.contains(value)) {
                throw Filters.invalid(filter, value);
            }
        }
    }

    boolean matches(Container container) {
        return matchesName(container)
                && matchesState(container)
                && matchesPlace(container)
                && filters.labelsMatch(container.spec().labels())
                && before.map(container.created()::isBefore).orElse(true)
                && since.map(container.created()::isAfter).orElse(true)
                && (!filters.has("ancestor")
                        || ancestors.contains(container.spec().imageId()));
    }

    /// Names are matched with and without the slash before them, as Docker does.
    private boolean matchesName(Container container) {
        String name = container.spec().name().value();
        boolean byName =
                names.isEmpty() || names.stream().anyMatch(pattern -> pattern.isIn(name) || pattern.isIn("/" + name));
        boolean byId = ids.isEmpty()
                || ids.stream()
                        .anyMatch(pattern -> pattern.begins(container.id().value()));
        return byName && byId;
    }

    private boolean matchesState(Container container) {
        Status status = container.state().status();
        String health = container.health().map(h -> h.status().spelling()).orElse("none");
        boolean ended = status == Status.EXITED || status == Status.DEAD;
        return filters.allows("status", status.spelling())
                && filters.allows("health", health)
                && filters.flag("is-task").map(task -> !task).orElse(true)
                && (exited.isEmpty()
                        || (ended && exited.contains(container.state().exitCode())));
    }

    private boolean matchesPlace(Container container) {
        var spec = container.spec().network();
        boolean onNetwork = filters.allows("network", spec.mode().spelling())
                || container
                        .network()
                        .map(place -> filters.values("network").stream()
                                .anyMatch(wanted ->
                                        !wanted.isEmpty() && place.networkId().startsWith(wanted)))
                        .orElse(false);
        Stream<Port> bound = spec.published().stream().map(PublishedPort::port);
        return onNetwork
                && PortFilter.anyFits(published, bound)
                && PortFilter.anyFits(exposed, spec.exposed().stream())
                && (!filters.has("volume") || container.mounts().stream().anyMatch(this::isWantedVolume));
    }

    private boolean isWantedVolume(Container.MountPoint mount) {
        Set<String> wanted = filters.values("volume");
        return wanted.contains(mount.name()) || wanted.contains(mount.destination());
    }
}
