package io.bulkhead.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// What a client got: status, headers (names are not case-sensitive) and the whole body.
public record Answer(int status, Map<String, String> headers, byte[] body) {

    public Answer {
        var copy = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = copy;
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
