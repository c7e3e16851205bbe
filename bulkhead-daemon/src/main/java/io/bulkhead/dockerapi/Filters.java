package io.bulkhead.dockerapi;

import io.bulkhead.http.Exchange;
import io.bulkhead.name.Names;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The `filters` parameter: `{"label":["a=b"]}`, or `{"label":{"a=b":true}}` as the docker CLI sends it. Values of one
/// filter are alternatives, except for `label`; filters are conditions that all must hold.
public final class Filters {

    private final Map<String, Set<String>> filters;

    private Filters(Map<String, Set<String>> filters) {
        this.filters = filters;
    }

    /// @param known the filters the route knows: another one is refused, for ignoring it would match too much
    public static Filters of(Exchange exchange, Set<String> known) {
        var filters = new LinkedHashMap<String, Set<String>>();
        Optional<String> json = Query.given(exchange, "filters");
        if (json.isPresent()) {
            JsonNode tree = Json.mapper().readTree(json.get());
            if (!tree.isObject()) {
                throw new IllegalArgumentException("invalid filters: an object is expected");
            }
            tree.properties().forEach(entry -> filters.put(entry.getKey(), values(entry.getKey(), entry.getValue())));
        }
        for (String name : filters.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("invalid filter '" + Names.shown(name) + "'");
            }
        }
        return new Filters(filters);
    }

    private static Set<String> values(String name, JsonNode node) {
        var values = new LinkedHashSet<String>();
        if (node.isArray()) {
            node.forEach(value -> values.add(text(name, value)));
        } else if (node.isObject()) {
            node.properties().stream()
                    .filter(entry -> entry.getValue().asBoolean(false))
                    .forEach(entry -> values.add(entry.getKey()));
        } else {
            throw invalid(name, node.toString());
        }
        return values;
    }

    private static String text(String name, JsonNode value) {
        if (!value.isString()) {
            throw invalid(name, value.toString());
        }
        return value.stringValue();
    }

    /// A filter with a value that it cannot have, in Docker's words.
    public static IllegalArgumentException invalid(String name, String value) {
        return new IllegalArgumentException("invalid filter '" + name + "=[" + Names.shown(value) + "]'");
    }

    public boolean has(String name) {
        return !values(name).isEmpty();
    }

    public Set<String> values(String name) {
        return filters.getOrDefault(name, Set.of());
    }

    /// Whether the filter is absent or one of its values is `value`.
    public boolean allows(String name, String value) {
        return !has(name) || values(name).contains(value);
    }

    /// A filter that is true or false.
    public Optional<Boolean> flag(String name) {
        Set<String> values = values(name);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        boolean yes = values.contains("1") || values.contains("true");
        boolean no = values.contains("0") || values.contains("false");
        if (values.size() > 1 || yes == no) {
            throw invalid(name, String.join(" ", values));
        }
        return Optional.of(yes);
    }

    /// Whether `label` (all of them) and `label!` (none of them) hold: `key` or `key=value`.
    public boolean labelsMatch(Map<String, String> labels) {
        return values("label").stream().allMatch(wanted -> hasLabel(labels, wanted))
                && values("label!").stream().noneMatch(unwanted -> hasLabel(labels, unwanted));
    }

    private static boolean hasLabel(Map<String, String> labels, String wanted) {
        List<String> parts = List.of(wanted.split("=", 2));
        String value = labels.get(parts.getFirst());
        return value != null && (parts.size() == 1 || value.equals(parts.get(1)));
    }
}
