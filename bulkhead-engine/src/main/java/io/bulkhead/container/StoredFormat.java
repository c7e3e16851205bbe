package io.bulkhead.container;

import io.bulkhead.name.ImageName;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How definitions are written, with the number of the format, and how those of older engines are read: each step
/// writes down what the older format meant without saying it.
final class StoredFormat {

    private static final String FORMAT = "format";

    /// From format 1 to 2, from 2 to 3 and so on.
    private static final List<Consumer<ObjectNode>> STEPS =
            List.of(StoredFormat::addMaps, StoredOwners::add, StoredFormat::addAccess);

    static final int CURRENT = STEPS.size() + 1;

    private final JsonMapper mapper;

    StoredFormat(JsonMapper mapper) {
        this.mapper = mapper;
    }

    byte[] write(Definition definition) {
        ObjectNode json = mapper.valueToTree(definition);
        json.put(FORMAT, CURRENT);
        return mapper.writeValueAsBytes(json);
    }

    /// @throws JacksonException when it is damaged
    /// @throws IllegalArgumentException when it is no definition, or a newer engine's
    Definition read(byte[] content) {
        if (!(mapper.readTree(content) instanceof ObjectNode json)) {
            throw new IllegalArgumentException("it is no object");
        }
        int format = format(json.remove(FORMAT));
        if (format > CURRENT) {
            throw new IllegalArgumentException("it has format " + format + " of a newer engine, this one knows 1 to "
                    + CURRENT + ": use that engine, or remove the container with it");
        }
        STEPS.subList(format - 1, STEPS.size()).forEach(step -> step.accept(json));
        return mapper.treeToValue(json, Definition.class);
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
