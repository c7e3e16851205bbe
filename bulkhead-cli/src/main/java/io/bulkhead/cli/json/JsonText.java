package io.bulkhead.cli.json;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/// Writes trees of maps, lists, strings, numbers and booleans as JSON.
public final class JsonText {

    private JsonText() {}

    public static String compact(@Nullable Object value) {
        return text(value, ObjectWriteContext.empty());
    }

    public static byte[] bytes(@Nullable Object value) {
        return compact(value).getBytes(StandardCharsets.UTF_8);
    }

    /// Indented by four spaces, as `docker inspect` does.
    public static String indented(@Nullable Object value) {
        return text(value, new Indented("    "));
    }

    /// Indented by tabs, as Docker's client writes its configuration.
    public static String tabbed(@Nullable Object value) {
        return text(value, new Indented("\t"));
    }

    private static String text(@Nullable Object value, ObjectWriteContext context) {
        var text = new StringWriter();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(context, text)) {
            write(generator, value);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object value) {
        switch (value) {
            case null -> json.writeNull();
            case Json tree -> write(json, tree.value());
            case String text -> json.writeString(text);
            case Boolean flag -> json.writeBoolean(flag);
            case Long number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case BigInteger number -> json.writeNumber(number);
            case BigDecimal number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Map<?, ?> fields -> object(json, fields);
            case Iterable<?> items -> array(json, items);
            default -> throw new IllegalArgumentException("no JSON is made of " + value.getClass());
        }
    }

    private static void object(JsonGenerator json, Map<?, ?> fields) {
        json.writeStartObject();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            json.writeName(String.valueOf(field.getKey()));
            write(json, field.getValue());
        }
        json.writeEndObject();
    }

    private static void array(JsonGenerator json, Iterable<?> items) {
        json.writeStartArray();
        for (Object item : items) {
            write(json, item);
        }
        json.writeEndArray();
    }

    private static final class Indented extends ObjectWriteContext.Base {

        private final String step;

        Indented(String step) {
            this.step = step;
        }

        @Override
        public PrettyPrinter getPrettyPrinter() {
            var indenter = new DefaultIndenter(step, "\n");
            return new DefaultPrettyPrinter(Separators.createDefaultInstance()
                            .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                            .withObjectEmptySeparator("")
                            .withArrayEmptySeparator(""))
                    .withArrayIndenter(indenter)
                    .withObjectIndenter(indenter);
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }
}
