package io.bulkhead.cli.create;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Small helps for making the request's tree.
final class Body {

    private Body() {}

    static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }

    /// Where the stock client sends null for a list nobody gave.
    static @Nullable List<String> orNull(List<String> list) {
        return list.isEmpty() ? null : list;
    }
}
