package io.bulkhead.sink;

import io.bulkhead.chain.Chain;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One record on its way out.
///
/// @param text as it stands in the file: plain ASCII without control characters, since JSON escapes all others
record Line(long seq, String text, JsonNode fields) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /// What stays of a record that is too long for a sink.
    private static final List<String> KEPT = List.of(
            "seq",
            "time",
            "kind",
            "of",
            "caller",
            "operation",
            "container",
            "image",
            "object",
            "decision",
            "rule",
            "reason",
            "outcome",
            "status",
            "error");

    private static final int KEPT_CHARACTERS = 80;

    /// @throws tools.jackson.core.JacksonException when it is no JSON
    static Line of(String text) {
        JsonNode fields = MAPPER.readTree(text);
        return new Line(fields.path("seq").asLong(0), text, fields);
    }

    /// What a sink is told when records are missing in it.
    static Line lost(long from, long through) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("kind", "lost");
        fields.put("from", from);
        fields.put("through", through);
        fields.put("records", through - from + 1);
        return of(MAPPER.writeValueAsString(fields));
    }

    /// The same in fewer characters: long values are cut and the others left out. The digest finds the whole one.
    Line shortened() {
        var kept = new LinkedHashMap<String, Object>();
        for (String name : KEPT) {
            JsonNode value = fields.path(name);
            if (value.isNumber()) {
                kept.put(name, value.asLong());
            } else if (value.isString()) {
                String text = value.asString();
                kept.put(name, text.length() <= KEPT_CHARACTERS ? text : text.substring(0, KEPT_CHARACTERS));
            }
        }
        kept.put("cut", true);
        kept.put("digest", Chain.digest((text + "\n").getBytes(StandardCharsets.UTF_8)));
        return of(MAPPER.writeValueAsString(kept));
    }

    /// The record, or what fits into so many bytes of it.
    Line within(int bytes) {
        return text.length() <= bytes ? this : shortened();
    }

    String kind() {
        return fields.path("kind").asString("");
    }

    Optional<String> get(String name) {
        JsonNode value = fields.path(name);
        return value.isValueNode() && !value.isNull() ? Optional.of(value.asString("")) : Optional.empty();
    }

    /// syslog's severities: 4 warning for what was refused, 5 notice for what failed, 6 for the rest.
    int severity() {
        boolean refused =
                get("decision").filter(decision -> !decision.equals("allowed")).isPresent();
        boolean failed = get("outcome").filter("failed"::equals).isPresent();
        return refused || kind().equals("lost") ? 4 : failed ? 5 : 6;
    }
}
