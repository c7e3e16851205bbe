package io.bulkhead.dockerapi.image;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.EngineException;
import io.bulkhead.dockerapi.Announcer;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Filters;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.image.Image;
import io.bulkhead.image.Images;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Routes about images that are here: list, inspect, tag, remove.
public final class ImageRoutes {

    private final Backend backend;
    private final Images images;
    private final Announcer announcer;

    public ImageRoutes(Backend backend) {
        this.backend = backend;
        this.images = backend.images();
        this.announcer = new Announcer(backend);
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/images/json", Operation.IMAGE_LIST, this::list),
                new Route("GET", "/images/{name...}/json", Operation.IMAGE_INSPECT, this::inspect),
                new Route("GET", "/images/{name...}/history", Operation.IMAGE_INSPECT, this::history),
                new Route("POST", "/images/{name...}/tag", Operation.IMAGE_TAG, this::tag),
                new Route("DELETE", "/images/{name...}", Operation.IMAGE_REMOVE, this::remove),
                new Route("POST", "/images/prune", Operation.IMAGE_PRUNE, this::prune),
                unsupported("POST", "/images/{name...}/push", Operation.IMAGE_PUSH, "pushing images"),
                unsupported("GET", "/images/search", Operation.IMAGE_SEARCH, "searching a registry"),
                unsupported(
                        "GET",
                        "/distribution/{name...}/json",
                        Operation.IMAGE_SEARCH,
                        "asking a registry about an image"));
    }

    private static Route unsupported(String method, String pattern, Operation operation, String what) {
        return new Route(method, pattern, operation, _ -> {
            throw new EngineException(
                    EngineException.Reason.UNSUPPORTED,
                    what + " is not supported by Bulkhead yet; `docker save` writes an image to a file");
        });
    }

    private Set<Digest> inUse() {
        return backend.containers().all().stream().map(c -> c.spec().imageId()).collect(Collectors.toSet());
    }

    private void list(Call call) throws IOException {
        call.allow(Target.none());
        var filter = new ImageFilter(Filters.of(call.exchange(), ImageFilter.LIST), images, backend.clock());
        List<Map<String, @Nullable Object>> found = new Seen(call, backend)
                .images().stream()
                        .filter(filter::matches)
                        .sorted(Comparator.comparing(Image::created).reversed().thenComparing(Image::id))
                        .map(image -> ImageFields.summary(image, filter.tags(image), -1, call.version()))
                        .toList();
        Json.answer(call.exchange(), 200, found);
    }

    private void inspect(Call call) throws IOException {
        Image image = new Seen(call, backend).image(call.path("name"));
        call.allow(Seen.target(image));
        Json.answer(call.exchange(), 200, ImageFields.inspect(image, call.version()));
    }

    private void history(Call call) throws IOException {
        Image image = new Seen(call, backend).image(call.path("name"));
        call.allow(Seen.target(image));
        Json.answer(call.exchange(), 200, ImageFields.history(image));
    }

    private void tag(Call call) throws IOException {
        Image image = new Seen(call, backend).image(call.path("name"));
        ImageName name = PullName.of(Query.text(call.exchange(), "repo"), Query.text(call.exchange(), "tag"));
        if (name.digest().isPresent()) {
            throw new IllegalArgumentException("refusing to create a tag with a digest reference");
        }
        call.allow(Seen.target(image, name));
        images.tag(image, name);
        announcer.image("tag", image.id().toString(), image, name.familiar());
        call.exchange().answer(201, Json.TYPE, new byte[0]);
    }

    private void remove(Call call) throws IOException {
        String reference = call.path("name");
        Image image = new Seen(call, backend).image(reference);
        // What is removed by a name loses that name; by its id it loses all.
        List<ImageName> all = images.resolve(reference).tags();
        List<ImageName> lost = image.named(reference).map(List::of).orElse(all);
        if (lost.isEmpty()) {
            call.allow(Seen.target(image));
        }
        lost.forEach(tag -> call.allow(Seen.target(image, tag)));
        boolean prune = !Query.flag(call.exchange(), "noprune");
        List<Images.Removal> removals =
                images.remove(reference, Query.flag(call.exchange(), "force"), prune, inUse()::contains);
        removals.forEach(removal -> announce(image, removal));
        Json.answer(
                call.exchange(), 200, removals.stream().map(ImageRoutes::fields).toList());
    }

    private void announce(Image image, Images.Removal removal) {
        switch (removal) {
            case Images.Removal.Untagged(var name) ->
                announcer.image("untag", image.id().toString(), image, name);
            case Images.Removal.Deleted(var digest)
            when digest.equals(image.id()) -> announcer.image("delete", digest.toString(), image, digest.toString());
            // A layer: Docker announces images only.
            case Images.Removal.Deleted _ -> {}
        }
    }

    private static Map<String, String> fields(Images.Removal removal) {
        return switch (removal) {
            case Images.Removal.Untagged(var name) -> Map.of("Untagged", name);
            case Images.Removal.Deleted(var digest) -> Map.of("Deleted", digest.toString());
        };
    }

    private void prune(Call call) throws IOException {
        Filters filters = Filters.of(call.exchange(), ImageFilter.PRUNE);
        boolean all = !filters.flag("dangling").orElse(true);
        call.allow(Target.none());
        var filter = new PruneFilter(filters, backend.clock());
        Predicate<Image> matches = image -> filter.matches(image) && call.lists(Seen.target(image));
        Images.Pruned pruned = images.prune(all, matches, inUse()::contains);
        announcer.pruned("image", pruned.bytes());
        Json.answer(
                call.exchange(),
                200,
                Json.object(
                        "ImagesDeleted",
                        pruned.removals().isEmpty()
                                ? null
                                : pruned.removals().stream()
                                        .map(ImageRoutes::fields)
                                        .toList(),
                        "SpaceReclaimed",
                        pruned.bytes()));
    }
}
