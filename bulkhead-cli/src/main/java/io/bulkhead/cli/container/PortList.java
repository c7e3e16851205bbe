package io.bulkhead.cli.container;

import io.bulkhead.cli.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The ports of a container in one line: ports in a row are joined, and those published elsewhere come last.
final class PortList {

    private record Group(String ip, String type, long first, long last) {

        String text() {
            String range = first == last ? String.valueOf(first) : first + "-" + last;
            return (ip.isEmpty() ? range : ip + ":" + range + "->" + range) + "/" + type;
        }
    }

    private final List<String> parts = new ArrayList<>();
    private final List<String> mapped = new ArrayList<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();

    private PortList() {}

    static String text(Json ports) {
        var list = new PortList();
        ports.items().stream()
                .sorted(Comparator.comparingLong(
                                (Json port) -> port.at("PrivatePort").number())
                        .thenComparing(port -> port.at("IP").text())
                        .thenComparingLong(port -> port.at("PublicPort").number())
                        .thenComparing(port -> port.at("Type").text()))
                .forEach(list::add);
        list.groups.values().forEach(group -> list.parts.add(group.text()));
        list.parts.addAll(list.mapped);
        return String.join(", ", list.parts);
    }

    private void add(Json port) {
        long inside = port.at("PrivatePort").number();
        long outside = port.at("PublicPort").number();
        String type = port.at("Type").text();
        String address = port.at("IP").text();
        String ip = address.contains(":") ? "[" + address + "]" : address;
        if (!ip.isEmpty() && outside != inside) {
            mapped.add(ip + ":" + outside + "->" + inside + "/" + type);
            return;
        }
        String key = ip + "/" + type;
        Group before = groups.get(key);
        if (before != null && inside == before.last() + 1) {
            groups.put(key, new Group(ip, type, before.first(), inside));
            return;
        }
        if (before != null) {
            parts.add(before.text());
        }
        groups.put(key, new Group(ip, type, inside, inside));
    }
}
