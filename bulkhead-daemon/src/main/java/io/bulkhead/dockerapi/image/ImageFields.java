package io.bulkhead.dockerapi.image;

import io.bulkhead.dockerapi.ApiVersion;
import io.bulkhead.dockerapi.HostFacts;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.image.Image;
import io.bulkhead.image.ImageConfig;
import io.bulkhead.name.ImageName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Images as Docker's API writes them.
public final class ImageFields {

    private ImageFields() {}

    /// One of a list.
    ///
    /// @param tags those to show
    /// @param users how many containers use it, or -1 for "not counted"
    public static Map<String, @Nullable Object> summary(
            Image image, List<String> tags, long users, ApiVersion version) {
        List<String> digests = familiar(image.digests());
        // Before 1.43 an image without a name had this one.
        boolean nameless = tags.isEmpty() && !version.atLeast(1, 43);
        Map<String, @Nullable Object> fields = Json.object(
                "Id",
                image.id().toString(),
                "ParentId",
                "",
                "RepoTags",
                nameless ? List.of("<none>:<none>") : tags,
                "RepoDigests",
                nameless && digests.isEmpty() ? List.of("<none>@<none>") : digests,
                "Created",
                image.created().getEpochSecond(),
                "Size",
                image.size(),
                "SharedSize",
                -1,
                "Labels",
                labels(image),
                "Containers",
                users);
        if (!version.atLeast(1, 44)) {
            fields.put("VirtualSize", image.size());
        }
        return fields;
    }

    static List<String> familiar(List<ImageName> names) {
        return names.stream().map(ImageName::familiar).sorted().toList();
    }

    /// Docker has `null` where there is none.
    private static @Nullable Map<String, String> labels(Image image) {
        return image.config().labels().isEmpty()
                ? null
                : new TreeMap<>(image.config().labels());
    }

    static Map<String, @Nullable Object> inspect(Image image, ApiVersion version) {
        ImageConfig config = image.config();
        Map<String, @Nullable Object> fields = Json.object(
                "Id", image.id().toString(),
                "RepoTags", familiar(image.tags()),
                "RepoDigests", familiar(image.digests()),
                "Parent", "",
                "Comment", comment(config),
                "Created", image.created().toString(),
                "DockerVersion", "",
                "Author", config.author(),
                "Config", config(config),
                "Architecture", config.architecture(),
                "Os", config.os(),
                "Size", image.size(),
                "GraphDriver", Json.object("Data", null, "Name", HostFacts.STORAGE_DRIVER),
                "RootFS", Json.object("Type", "layers", "Layers", diffIds(image)),
                "Metadata", Json.object("LastTagTime", "0001-01-01T00:00:00Z"));
        if (!config.variant().isEmpty()) {
            fields.put("Variant", config.variant());
        }
        if (!version.atLeast(1, 44)) {
            fields.put("VirtualSize", image.size());
        }
        return fields;
    }

    private static List<String> diffIds(Image image) {
        return image.layers().stream().map(layer -> layer.diffId().toString()).toList();
    }

    private static String comment(ImageConfig config) {
        return config.history().isEmpty() ? "" : config.history().getLast().comment();
    }

    private static Map<String, @Nullable Object> config(ImageConfig config) {
        Map<String, @Nullable Object> fields = Json.object(
                "Hostname",
                "",
                "Domainname",
                "",
                "User",
                config.user(),
                "AttachStdin",
                false,
                "AttachStdout",
                false,
                "AttachStderr",
                false,
                "ExposedPorts",
                set(config.exposedPorts()),
                "Tty",
                false,
                "OpenStdin",
                false,
                "StdinOnce",
                false,
                "Env",
                config.env(),
                "Cmd",
                orNull(config.cmd()),
                "Image",
                "",
                "Volumes",
                set(config.volumes()),
                "WorkingDir",
                config.workdir(),
                "Entrypoint",
                orNull(config.entrypoint()),
                "OnBuild",
                orNull(config.onBuild()),
                "Labels",
                config.labels().isEmpty() ? null : new TreeMap<>(config.labels()));
        config.health().ifPresent(health -> fields.put("Healthcheck", health(health)));
        if (config.argsEscaped()) {
            fields.put("ArgsEscaped", true);
        }
        if (!config.stopSignal().isEmpty()) {
            fields.put("StopSignal", config.stopSignal());
        }
        if (!config.shell().isEmpty()) {
            fields.put("Shell", config.shell());
        }
        return fields;
    }

    private static Map<String, @Nullable Object> health(ImageConfig.Health health) {
        return Json.object(
                "Test", health.test(),
                "Interval", health.interval().toNanos(),
                "Timeout", health.timeout().toNanos(),
                "StartPeriod", health.startPeriod().toNanos(),
                "StartInterval", health.startInterval().toNanos(),
                "Retries", health.retries());
    }

    private static @Nullable List<String> orNull(List<String> list) {
        return list.isEmpty() ? null : list;
    }

    /// A set in Go's spelling: keys with empty objects.
    private static @Nullable Map<String, Object> set(List<String> members) {
        var fields = new TreeMap<String, Object>();
        members.forEach(member -> fields.put(member, Map.of()));
        return fields.isEmpty() ? null : fields;
    }

    /// Newest step first; each but the newest is `<missing>`, as these have no image of their own.
    static List<Map<String, @Nullable Object>> history(Image image) {
        var steps = new ArrayList<Map<String, @Nullable Object>>();
        Iterator<Image.Layer> layers = image.layers().iterator();
        for (ImageConfig.History step : image.config().history()) {
            long size = !step.emptyLayer() && layers.hasNext() ? layers.next().size() : 0;
            steps.addFirst(step(
                    step.created().orElse(image.created()).getEpochSecond(), step.createdBy(), size, step.comment()));
        }
        while (layers.hasNext()) {
            steps.addFirst(
                    step(image.created().getEpochSecond(), "", layers.next().size(), ""));
        }
        if (!steps.isEmpty()) {
            steps.getFirst().put("Id", image.id().toString());
            steps.getFirst().put("Tags", familiar(image.tags()));
        }
        return steps;
    }

    private static Map<String, @Nullable Object> step(long created, String createdBy, long size, String comment) {
        return Json.object(
                "Id", "<missing>",
                "Created", created,
                "CreatedBy", createdBy,
                "Tags", null,
                "Size", size,
                "Comment", comment);
    }
}
