package io.bulkhead.audit;

import io.bulkhead.chain.ChainFields;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A line's fields by Jackson, for the [io.bulkhead.chain.ChainCheck].
record JsonFields(JsonNode node) implements ChainFields {

    /// Everything that is no plain ASCII is escaped, so that no terminal and no log reader sees anything but text.
    static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    static Optional<ChainFields> of(byte[] line) {
        try {
            JsonNode node = MAPPER.readTree(line);
            return node.isObject() ? Optional.of(new JsonFields(node)) : Optional.empty();
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    @Override
    public String text(String name) {
        return node.path(name).asString("");
    }

    @Override
    public long number(String name) {
        return node.path(name).asLong(0);
    }
}
