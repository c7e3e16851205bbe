package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Digest;
import io.bulkhead.name.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Documents of registries and archives. Strict where two readers could differ (a key twice, data after the end, wrong
/// types); unknown fields are allowed, since image formats live from them. Absent and `null` are the same.
final class Json {

    /// Far above real documents, whose bytes are bounded before they get here.
    private static final int MAX_DEPTH = 64;

    private static final int MAX_STRING = 4 << 20;
    private static final int MAX_KEY = 64 << 10;

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING)
                            .maxNameLength(MAX_KEY)
                            .maxNumberLength(40)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode node;
    private final String where;

    private Json(JsonNode node, String where) {
        this.node = node;
        this.where = where;
    }

    /// @param what the document, for messages
    static Json read(byte[] bytes, String what) {
        try {
            return new Json(MAPPER.readTree(bytes), what);
        } catch (JacksonException broken) {
            throw new ImageException(
                    Reason.MALFORMED,
                    what + ": not well-formed JSON: " + Names.shown(broken.getOriginalMessage()),
                    broken);
        }
    }

    static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    boolean has(String field) {
        return node.isObject() && node.hasNonNull(field);
    }

    Json requireObject() {
        if (!node.isObject()) {
            throw wrong("an object");
        }
        return this;
    }

    Optional<Json> child(String field) {
        return has(field) ? Optional.of(new Json(node.get(field), where + "/" + field)) : Optional.empty();
    }

    Json require(String field) {
        return child(field)
                .orElseThrow(() -> new ImageException(Reason.MALFORMED, where + ": `" + field + "` is missing"));
    }

    /// The members of an array; none if it is absent.
    List<Json> list(String field) {
        return child(field).map(Json::list).orElse(List.of());
    }

    List<Json> list() {
        if (!node.isArray()) {
            throw wrong("an array");
        }
        var list = new ArrayList<Json>();
        for (JsonNode each : node) {
            list.add(new Json(each, where + "/" + list.size()));
        }
        return list;
    }

    String text() {
        if (!node.isString()) {
            throw wrong("a string");
        }
        return node.stringValue();
    }

    /// The text, or "" if it is absent.
    String text(String field) {
        return child(field).map(Json::text).orElse("");
    }

    List<String> texts(String field) {
        return list(field).stream().map(Json::text).toList();
    }

    /// As [#texts], where old images have one string instead of an array of one.
    List<String> textsOrOne(String field) {
        Optional<Json> child = child(field);
        return child.isPresent() && child.get().node.isString()
                ? List.of(child.get().text())
                : texts(field);
    }

    Map<String, String> textMap(String field) {
        var map = new LinkedHashMap<String, String>();
        child(field)
                .ifPresent(object -> object.requireObject()
                        .node
                        .properties()
                        .forEach(each ->
                                map.put(each.getKey(), new Json(each.getValue(), object.where + "/value").text())));
        return map;
    }

    /// The keys of an object used as a set, for example `{"80/tcp": {}}`.
    List<String> keys(String field) {
        return child(field)
                .map(object -> object.requireObject().node.properties().stream()
                        .map(Map.Entry::getKey)
                        .toList())
                .orElse(List.of());
    }

    boolean flag(String field) {
        return child(field)
                .map(each -> {
                    if (!each.node.isBoolean()) {
                        throw each.wrong("true or false");
                    }
                    return each.node.booleanValue();
                })
                .orElse(false);
    }

    long number(String field) {
        return child(field).map(Json::number).orElse(0L);
    }

    long number() {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong("a whole number");
        }
        return node.longValue();
    }

    Digest digest() {
        try {
            return Digest.parse(text());
        } catch (IllegalArgumentException wrong) {
            throw new ImageException(Reason.MALFORMED, where + ": " + wrong.getMessage(), wrong);
        }
    }

    private ImageException wrong(String wanted) {
        return new ImageException(Reason.MALFORMED, where + ": not " + wanted);
    }
}
