package io.bulkhead.dockerapi;

import io.bulkhead.http.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// Reads and writes the API's JSON. Reading is strict: a duplicate key, an unknown field, trailing data or a second
/// spelling of a field is an error, so that nothing a request says can be overlooked (CVE-2024-41110).
///
/// A record's component `driverOpts` is the field `DriverOpts`; others are named with `@JsonProperty`.
public final class Json {

    public static final String TYPE = "application/json";

    /// More than any request to create something needs.
    private static final int MAX_BODY = 4 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
            .build();

    private Json() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /// The body as a `type`.
    ///
    /// @throws Refusal for no body, one of another type or one that is too large
    public static <T> T read(Exchange exchange, Class<T> type) throws IOException {
        return readOptional(exchange, type)
                .orElseThrow(() -> new Refusal(400, "invalid JSON: got EOF while reading request body"));
    }

    /// As [#read], but a request without a body is fine.
    public static <T> Optional<T> readOptional(Exchange exchange, Class<T> type) throws IOException {
        byte[] body = bytes(exchange.body());
        if (body.length == 0) {
            return Optional.empty();
        }
        requireJson(exchange.header("Content-Type"));
        return Optional.ofNullable(MAPPER.readValue(body, type));
    }

    /// The body as a tree, for secrets: what cannot be read is not quoted.
    public static JsonNode readSecret(Exchange exchange) throws IOException {
        byte[] body = bytes(exchange.body());
        requireJson(exchange.header("Content-Type"));
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

    private static byte[] bytes(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY) {
            throw new Refusal(413, "request body is larger than " + MAX_BODY + " bytes");
        }
        return bytes;
    }

    private static void requireJson(Optional<String> contentType) {
        String sent = contentType.orElse(TYPE);
        String plain = sent.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!plain.equals(TYPE)) {
            throw new Refusal(
                    400,
                    "unsupported Content-Type header (" + io.bulkhead.name.Names.shown(sent)
                            + "): must be 'application/json'");
        }
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
