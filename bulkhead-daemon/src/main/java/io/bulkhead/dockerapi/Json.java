package io.bulkhead.dockerapi;

import io.bulkhead.dockerapi.json.RequestBody;
import io.bulkhead.http.Exchange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Writes the API's JSON, and reads what is no request's object: filters and secrets. Objects are read by
/// [io.bulkhead.dockerapi.json.StrictJson].
public final class Json {

    public static final String TYPE = "application/json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /// The body as a tree, for secrets: what cannot be read is not quoted.
    public static JsonNode readSecret(Exchange exchange) throws IOException {
        byte[] body = RequestBody.json(exchange);
        try {
            JsonNode tree = MAPPER.readTree(body);
            if (tree.isObject()) {
                return tree;
            }
        } catch (JacksonException _) {
            // Told below, without the parser's words.
        }
        throw new Refusal(400, "invalid JSON: an object is expected");
    }

    /// As JSON, with a newline as dockerd sends it.
    public static byte[] bytes(Object value) {
        byte[] json = MAPPER.writeValueAsBytes(value);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    public static void answer(Exchange exchange, int status, Object value) throws IOException {
        exchange.answer(status, TYPE, bytes(value));
    }

    /// An object with these fields in this order: name, value, name, value.
    public static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return fields;
    }
}
