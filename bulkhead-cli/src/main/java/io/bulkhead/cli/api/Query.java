package io.bulkhead.cli.api;

import io.bulkhead.cli.json.JsonText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A path and its parameters, everything escaped that needs it.
public final class Query {

    private final StringBuilder text;
    private boolean first = true;

    private Query(String path) {
        text = new StringBuilder(path);
    }

    public static Query of(String path) {
        return new Query(path);
    }

    public Query with(String name, String value) {
        text.append(first ? '?' : '&').append(escaped(name)).append('=').append(escaped(value));
        first = false;
        return this;
    }

    /// Left out when it is empty.
    public Query withText(String name, String value) {
        return value.isEmpty() ? this : with(name, value);
    }

    /// Left out when it is false.
    public Query withFlag(String name, boolean value) {
        return value ? with(name, "1") : this;
    }

    /// Docker's filters: `{"name":{"value":true}}`, each option being `name=value`.
    ///
    /// @throws IllegalArgumentException naming the option that is not
    public Query withFilters(List<String> options) {
        if (options.isEmpty()) {
            return this;
        }
        Map<String, Map<String, Boolean>> filters = new TreeMap<>();
        for (String option : options) {
            int sign = option.indexOf('=');
            if (sign < 0) {
                throw new IllegalArgumentException("invalid argument \"" + option
                        + "\" for \"-f, --filter\" flag: bad format of filter (expected name=value)");
            }
            String name = option.substring(0, sign).strip().toLowerCase(java.util.Locale.ROOT);
            filters.computeIfAbsent(name, _ -> new LinkedHashMap<>())
                    .put(option.substring(sign + 1).strip(), Boolean.TRUE);
        }
        return with("filters", JsonText.compact(filters));
    }

    /// One part of a path: a name somebody typed must not become another path.
    public static String part(String name) {
        return escaped(name).replace("+", "%20");
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
