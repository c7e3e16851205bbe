package io.bulkhead.container;

import io.bulkhead.name.ImageName;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How a container's files are written, with the number of the format, and how those of older engines are read: each
/// step writes down what the older format meant without saying it.
final class StoredFormat<T> {

    private static final String FORMAT = "format";

    private final JsonMapper mapper;
    private final Class<T> type;

    /// From format 1 to 2, from 2 to 3 and so on.
    private final List<Consumer<ObjectNode>> steps;

    private StoredFormat(JsonMapper mapper, Class<T> type, List<Consumer<ObjectNode>> steps) {
        this.mapper = mapper;
        this.type = type;
        this.steps = steps;
    }

    static StoredFormat<Definition> definitions(JsonMapper mapper) {
        return new StoredFormat<>(
                mapper, Definition.class, List.of(StoredFormat::addMaps, StoredOwners::add, StoredFormat::addAccess));
    }

    static StoredFormat<Progress> progress(JsonMapper mapper) {
        return new StoredFormat<>(mapper, Progress.class, List.of());
    }

    int current() {
        return steps.size() + 1;
    }

    byte[] write(T value) {
        ObjectNode json = mapper.valueToTree(value);
        json.put(FORMAT, current());
        return mapper.writeValueAsBytes(json);
    }

    /// @throws JacksonException when it is damaged
    /// @throws IllegalArgumentException when it is something else, or a newer engine's
    T read(byte[] content) {
        if (!(mapper.readTree(content) instanceof ObjectNode json)) {
            throw new IllegalArgumentException("it is no object");
        }
        int format = format(json.remove(FORMAT));
        if (format > current()) {
            throw new IllegalArgumentException("it has format " + format + " of a newer engine, this one knows 1 to "
                    + current() + ": use that engine, or remove the container with it");
        }
        steps.subList(format - 1, steps.size()).forEach(step -> step.accept(json));
        return mapper.treeToValue(json, type);
    }

    /// The first engines wrote no number.
    private static int format(@org.jspecify.annotations.Nullable JsonNode number) {
        if (number == null) {
            return 1;
        }
        if (!number.isInt() || number.intValue() < 1) {
            throw new IllegalArgumentException("its format is no number");
        }
        return number.intValue();
    }

    /// Roles knew an image by the name that was written, and nobody was a container's owner.
    private static void addAccess(ObjectNode definition) {
        if (definition.path("spec") instanceof ObjectNode spec && !spec.has("owner")) {
            spec.put("owner", "");
            spec.put("imageReference", reference(spec.path("imageName").asString(""), spec));
        }
    }

    /// What may be the beginning of an id is taken for one.
    private static String reference(String written, ObjectNode spec) {
        if (!written.matches("[0-9a-f]+")) {
            try {
                return ImageName.parse(written).withDefaultTag().toString();
            } catch (IllegalArgumentException _) {
                // An id, then.
            }
        }
        return spec.path("imageId").asString("");
    }

    /// A container had its own range or the host's ids, and nothing else.
    private static void addMaps(ObjectNode definition) {
        if (definition.get("range") instanceof ObjectNode range) {
            ObjectNode maps = definition.putObject("maps");
            for (String whose : List.of("users", "groups")) {
                ArrayNode lines = maps.putObject(whose).putArray("lines");
                lines.addObject()
                        .put("inside", 0)
                        .put("outside", range.path("first").asLong())
                        .put("count", range.path("count").asLong());
            }
        } else {
            definition.putNull("maps");
        }
        if (definition.path("spec").path("isolation") instanceof ObjectNode isolation && !isolation.has("recording")) {
            isolation.putNull("recording");
        }
    }
}
