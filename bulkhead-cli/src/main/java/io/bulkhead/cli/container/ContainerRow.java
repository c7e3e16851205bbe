package io.bulkhead.cli.container;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonText;
import io.bulkhead.cli.template.Template;
import io.bulkhead.cli.text.Ages;
import io.bulkhead.cli.text.Cut;
import io.bulkhead.cli.text.Moments;
import io.bulkhead.cli.text.Sizes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// One line of `ps`.
final class ContainerRow {

    static final Map<String, String> HEADERS = headers();

    private static final int COMMAND_LENGTH = 20;
    private static final int MOUNT_LENGTH = 15;

    private ContainerRow() {}

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ID", "CONTAINER ID");
        headers.put("Names", "NAMES");
        headers.put("Image", "IMAGE");
        headers.put("Command", "COMMAND");
        headers.put("CreatedAt", "CREATED AT");
        headers.put("RunningFor", "CREATED");
        headers.put("Ports", "PORTS");
        headers.put("State", "STATE");
        headers.put("Status", "STATUS");
        headers.put("Size", "SIZE");
        headers.put("Labels", "LABELS");
        headers.put("Mounts", "MOUNTS");
        headers.put("LocalVolumes", "LOCAL VOLUMES");
        headers.put("Networks", "NETWORKS");
        return headers;
    }

    static Map<String, Object> of(Json container, boolean cut, Clock clock) {
        Instant created = Instant.ofEpochSecond(container.at("Created").number());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("ID", id(container, cut));
        row.put("Names", names(container));
        row.put("Image", image(container, cut));
        row.put("Command", command(container.at("Command").text(), cut));
        row.put("CreatedAt", Moments.shown(created, clock.getZone()));
        row.put("RunningFor", Ages.ago(Duration.between(created, clock.instant())));
        row.put("Ports", PortList.text(container.at("Ports")));
        row.put("State", container.at("State").text());
        row.put("Status", container.at("Status").text());
        row.put("Size", size(container));
        row.put("Labels", labels(container));
        row.put("Mounts", mounts(container, cut));
        row.put("LocalVolumes", String.valueOf(volumes(container)));
        row.put(
                "Networks",
                String.join(
                        ",",
                        container.at("NetworkSettings", "Networks").fields().keySet()));
        row.put("Label", Template.method(name -> container.at("Labels", name).text()));
        return row;
    }

    static String id(Json container, boolean cut) {
        String id = container.at("Id").text();
        return cut ? Cut.id(id) : id;
    }

    private static String names(Json container) {
        return container.at("Names").items().stream()
                .map(name -> name.text().startsWith("/") ? name.text().substring(1) : name.text())
                .filter(name -> !name.contains("/"))
                .collect(Collectors.joining(","));
    }

    /// An image that lost its name is shown by its id.
    private static String image(Json container, boolean cut) {
        String image = container.at("Image").text();
        if (image.isEmpty()) {
            return "<no image>";
        }
        return cut && image.startsWith("sha256:") ? Cut.id(image) : image;
    }

    private static String command(String command, boolean cut) {
        return JsonText.compact(cut ? Cut.ellipsis(command, COMMAND_LENGTH) : command);
    }

    private static String size(Json container) {
        String own = Sizes.decimal(container.at("SizeRw").decimal());
        double all = container.at("SizeRootFs").decimal();
        return all > 0 ? own + " (virtual " + Sizes.decimal(all) + ")" : own;
    }

    private static String labels(Json container) {
        return container.at("Labels").fields().entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue().text())
                .collect(Collectors.joining(","));
    }

    private static String mounts(Json container, boolean cut) {
        List<String> names = container.at("Mounts").items().stream()
                .map(mount -> mount.at("Name").text().isEmpty()
                        ? mount.at("Source").text()
                        : mount.at("Name").text())
                .toList();
        return names.stream()
                .map(name -> cut ? Cut.ellipsis(name, MOUNT_LENGTH) : name)
                .collect(Collectors.joining(","));
    }

    private static long volumes(Json container) {
        return container.at("Mounts").items().stream()
                .filter(mount -> mount.at("Driver").text().equals("local"))
                .count();
    }
}
