package io.bulkhead.http;

import io.bulkhead.access.Caller;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/// A request as a test writes it: `Ask.get("/volumes").query("filters", ...)`.
///
/// @param query decoded, in order, `name` and `value` in turn
public record Ask(
        Caller caller, String method, String path, List<String> query, Map<String, String> headers, byte[] body) {

    public static final Caller ROOT = user(0);

    public static Caller user(long uid) {
        return new Caller.UnixUser(uid, uid, List.of(), OptionalInt.empty(), OptionalLong.empty());
    }

    public static Ask of(String method, String path) {
        return new Ask(ROOT, method, path, List.of(), Map.of(), new byte[0]);
    }

    public static Ask get(String path) {
        return of("GET", path);
    }

    public static Ask post(String path) {
        return of("POST", path);
    }

    public static Ask delete(String path) {
        return of("DELETE", path);
    }

    public Ask by(Caller other) {
        return new Ask(other, method, path, query, headers, body);
    }

    public Ask query(String name, String value) {
        var more = new java.util.ArrayList<>(query);
        more.add(name);
        more.add(value);
        return new Ask(caller, method, path, List.copyOf(more), headers, body);
    }

    public Ask header(String name, String value) {
        var more = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        more.put(name, value);
        return new Ask(caller, method, path, query, more, body);
    }

    public Ask body(byte[] bytes) {
        return new Ask(caller, method, path, query, headers, bytes);
    }

    public Ask json(String json) {
        return header("Content-Type", "application/json").body(json.getBytes(StandardCharsets.UTF_8));
    }
}
