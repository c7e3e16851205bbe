package io.bulkhead.cli.json;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// One value of a JSON tree. Asking for what is not there gives an absent value, whose text is empty and whose number
/// is 0, so that a daemon that leaves a field out breaks no listing.
///
/// Objects are maps that keep their order, arrays are lists, whole numbers are `Long` or `BigInteger`.
public final class Json {

    static final JsonFactory FACTORY = new JsonFactory();

    private static final Json ABSENT = new Json(null, false);

    private final @Nullable Object value;
    private final boolean exists;

    private Json(@Nullable Object value, boolean exists) {
        this.value = value;
        this.exists = exists;
    }

    public static Json of(@Nullable Object value) {
        return new Json(value, true);
    }

    public static Json absent() {
        return ABSENT;
    }

    /// @throws JsonException when it is not one value of JSON
    public static Json read(byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            return parser.nextToken() == null ? ABSENT : of(tree(parser));
        } catch (JacksonException failure) {
            throw new JsonException(failure.getOriginalMessage());
        }
    }

    /// Every value of a stream of values, as soon as it is there.
    public static void each(InputStream stream, Consumer<Json> sink) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), stream)) {
            while (parser.nextToken() != null) {
                sink.accept(of(tree(parser)));
            }
        } catch (JacksonException failure) {
            throw new JsonException(failure.getOriginalMessage());
        }
    }

    private static @Nullable Object tree(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> whole(parser);
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            default -> null;
        };
    }

    private static Number whole(JsonParser parser) {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? parser.getBigIntegerValue()
                : parser.getLongValue();
    }

    private static Map<String, Object> object(JsonParser parser) {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, tree(parser));
        }
        return fields;
    }

    private static List<Object> array(JsonParser parser) {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(tree(parser));
        }
        return items;
    }

    /// The field reached by these names, one below the other.
    public Json at(String... names) {
        Json found = this;
        for (String name : names) {
            found = found.value instanceof Map<?, ?> fields && fields.containsKey(name) ? of(fields.get(name)) : ABSENT;
        }
        return found;
    }

    public boolean exists() {
        return exists;
    }

    public boolean isNull() {
        return value == null;
    }

    /// A string as it is, any other single value as JSON writes it; empty for null and for what is absent.
    public String text() {
        return value == null ? "" : String.valueOf(value);
    }

    public long number() {
        return value instanceof Number number ? number.longValue() : 0;
    }

    public double decimal() {
        return value instanceof Number number ? number.doubleValue() : 0;
    }

    public boolean flag() {
        return Boolean.TRUE.equals(value);
    }

    public List<Json> items() {
        return value instanceof List<?> list ? list.stream().map(Json::of).toList() : List.of();
    }

    public Map<String, Json> fields() {
        if (!(value instanceof Map<?, ?> map)) {
            return Map.of();
        }
        Map<String, Json> fields = new LinkedHashMap<>();
        map.forEach((name, field) -> fields.put(String.valueOf(name), of(field)));
        return Collections.unmodifiableMap(fields);
    }

    public @Nullable Object value() {
        return value;
    }

    @Override
    public String toString() {
        return JsonText.compact(value);
    }
}
