package io.bulkhead.cli.access;

import io.bulkhead.cli.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The role that allows what somebody is on the record with, and no more than that needs: their own containers and
/// volumes as their own, all else by name.
final class SuggestedRole {

    /// Everybody with a role may do these.
    private static final Set<String> ALWAYS = Set.of("system.ping", "system.version", "access.self", "unknown");

    private final Set<String> made = new HashSet<>();
    private final Map<Line, Set<String>> lines = new TreeMap<>();
    private int calls;

    /// What a line is for; its operations are what it is found by.
    private record Line(
            boolean own,
            Set<String> containers,
            Set<String> images,
            Set<String> volumes,
            Set<String> networks,
            Set<String> privileges)
            implements Comparable<Line> {

        static final Line ANYTHING = new Line(false, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

        String text() {
            var parts = new ArrayList<String>();
            add(parts, "containers", containers);
            add(parts, "images", images);
            add(parts, "volumes", volumes);
            add(parts, "networks", networks);
            add(parts, "privileges", privileges);
            if (own) {
                parts.add("owner: self");
            }
            return parts.stream().map(part -> "      " + part + "\n").collect(Collectors.joining());
        }

        private static void add(List<String> parts, String key, Set<String> words) {
            if (!words.isEmpty()) {
                parts.add(key + ": " + list(words));
            }
        }

        @Override
        public int compareTo(Line other) {
            return text().compareTo(other.text());
        }
    }

    /// @param record one line of the record, in the order it was written
    void add(Json record) {
        String operation = record.at("operation").text();
        boolean decided =
                record.at("decision").exists() && !record.at("decision").text().equals("refused");
        if (!decided || ALWAYS.contains(operation) || record.at("object").text().startsWith("unresolved ")) {
            return;
        }
        calls++;
        lines.computeIfAbsent(line(operation, record), _ -> new TreeSet<>()).add(operation);
    }

    private Line line(String operation, Json record) {
        Set<String> privileges = record.at("privileges").items().stream()
                .map(Json::text)
                // Which container a namespace is of is decided by who may reach into that one.
                .map(privilege -> privilege.replaceFirst("^(joined-namespace:[a-z]+):.*", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> container = words(record, "container");
        if (!container.isEmpty()) {
            return ofContainer(operation, container, Set.copyOf(words(record, "image")), privileges);
        }
        List<String> image = words(record, "image");
        if (!image.isEmpty()) {
            return new Line(false, Set.of(), names(image), Set.of(), Set.of(), privileges);
        }
        String object = record.at("object").text();
        if (object.startsWith("volume:")) {
            String volume = object.substring("volume:".length());
            if (operation.equals("volume.create")) {
                made.add(object);
            }
            return made.contains(object)
                    ? new Line(true, Set.of(), Set.of(), Set.of(), Set.of(), privileges)
                    : new Line(false, Set.of(), Set.of(), Set.of(volume), Set.of(), privileges);
        }
        if (object.startsWith("network:")) {
            return new Line(
                    false, Set.of(), Set.of(), Set.of(), Set.of(object.substring("network:".length())), privileges);
        }
        return Line.ANYTHING;
    }

    /// @param container its id and its name
    private Line ofContainer(String operation, List<String> container, Set<String> images, Set<String> privileges) {
        String id = container.getFirst();
        if (operation.equals("container.create")) {
            made.add(id);
        }
        return made.contains(id)
                ? new Line(true, Set.of(), new TreeSet<>(images), Set.of(), Set.of(), privileges)
                : new Line(false, Set.of(container.getLast()), Set.of(), Set.of(), Set.of(), privileges);
    }

    /// Without the id, if there are names.
    private static Set<String> names(List<String> image) {
        List<String> names =
                image.stream().filter(word -> !word.startsWith("sha256:")).toList();
        return new TreeSet<>(names.isEmpty() ? image : names);
    }

    private static List<String> words(Json record, String field) {
        return List.of(record.at(field).text().split(" ", -1)).stream()
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static String list(Set<String> words) {
        return words.stream().sorted().map(word -> "\"" + word + "\"").collect(Collectors.joining(", ", "[", "]"));
    }

    /// How many calls it was made of.
    int calls() {
        return calls;
    }

    /// As `roles.yaml` has it.
    String yaml(String name, String subject) {
        var text = new StringBuilder("roles:\n  " + name + ":\n");
        lines.forEach((line, operations) -> text.append("    - operations: ")
                .append(operations.stream().sorted().collect(Collectors.joining(", ", "[", "]")))
                .append('\n')
                .append(line.text()));
        return text.append("bindings:\n  - role: ")
                .append(name)
                .append("\n    subjects: [\"")
                .append(subject)
                .append("\"]\n")
                .toString();
    }
}
