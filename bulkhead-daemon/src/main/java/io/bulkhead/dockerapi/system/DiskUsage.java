package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.Container;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.dockerapi.image.ImageFields;
import io.bulkhead.dockerapi.volume.VolumeFields;
import io.bulkhead.dockerapi.volume.VolumeUsers;
import io.bulkhead.image.Image;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import io.bulkhead.volume.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `GET /system/df`: what takes how much space.
final class DiskUsage {

    private static final Set<String> TYPES = Set.of("container", "image", "volume", "build-cache");

    private final Backend backend;

    DiskUsage(Backend backend) {
        this.backend = backend;
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/system/df", Operation.SYSTEM_DF, this::answer));
    }

    private void answer(Call call) throws IOException {
        List<String> asked = call.exchange().queryAll("type");
        for (String type : asked) {
            if (!TYPES.contains(type)) {
                throw new IllegalArgumentException("unknown object type: " + io.bulkhead.name.Names.shown(type));
            }
        }
        call.allow(Target.none());
        Set<String> wanted = asked.isEmpty() ? TYPES : Set.copyOf(asked);
        var seen = new Seen(call, backend);
        List<Container> containers = seen.containers();
        Map<String, @Nullable Object> fields = Json.object();
        if (wanted.contains("image")) {
            List<Image> images = seen.images();
            fields.put("LayersSize", layersSize(images));
            fields.put(
                    "Images",
                    images.stream().map(i -> image(i, containers, call)).toList());
        }
        if (wanted.contains("container")) {
            fields.put("Containers", containers.stream().map(this::container).toList());
        }
        if (wanted.contains("volume")) {
            var users = new VolumeUsers(backend);
            fields.put(
                    "Volumes",
                    seen.volumes().stream().map(v -> volume(v, users)).toList());
        }
        if (wanted.contains("build-cache")) {
            fields.put("BuildCache", List.of());
        }
        Json.answer(call.exchange(), 200, fields);
    }

    /// A layer that several images have lies on the disk once.
    private static long layersSize(List<Image> images) {
        Map<Digest, Long> sizes = new java.util.HashMap<>();
        images.forEach(image -> image.layers().forEach(layer -> sizes.put(layer.diffId(), layer.size())));
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, @Nullable Object> image(Image image, List<Container> containers, Call call) {
        long users = containers.stream()
                .filter(container -> container.spec().imageId().equals(image.id()))
                .count();
        List<String> tags = image.tags().stream().map(ImageName::familiar).toList();
        return ImageFields.summary(image, tags, users, call.version());
    }

    private Map<String, @Nullable Object> container(Container container) {
        return Json.object(
                "Id", container.id().toString(),
                "Names", List.of("/" + container.spec().name()),
                "Image", container.spec().imageName(),
                "ImageID", container.spec().imageId().toString(),
                "Command", String.join(" ", container.spec().process().args()),
                "Created", container.created().getEpochSecond(),
                "Ports", List.of(),
                "SizeRw", backend.containers().ownSize(container.id()),
                "Labels", container.spec().labels(),
                "State", container.state().status().spelling(),
                "Status", container.state().status().spelling(),
                "HostConfig",
                        Map.of("NetworkMode", container.spec().network().mode().spelling()),
                "Mounts", List.of());
    }

    private Map<String, @Nullable Object> volume(Volume volume, VolumeUsers users) {
        Map<String, @Nullable Object> fields = VolumeFields.of(volume);
        fields.put(
                "UsageData",
                Json.object(
                        "Size", backend.volumes().size(volume),
                        "RefCount", users.of(volume.name()).size()));
        return fields;
    }
}
