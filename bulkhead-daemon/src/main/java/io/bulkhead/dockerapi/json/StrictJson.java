package io.bulkhead.dockerapi.json;

import com.fasterxml.jackson.annotation.Nulls;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.name.Names;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/// JSON with one reading. A record component `cpuShares` is the field `CpuShares`, in exactly this spelling; anything a
/// record has no component for is refused, and so is a value of another type than the component's.
public final class StrictJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT, DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, config -> {
                config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                config.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
            .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
            .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
            .build();

    private StrictJson() {}

    /// Parses to a tree: one value, no duplicate keys, no text that a system call would cut short.
    ///
    /// @throws EngineException INVALID
    public static JsonNode parse(byte[] json) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            Texts.requireWhole(tree, "");
            return tree;
        } catch (JacksonException malformed) {
            throw invalid("invalid JSON: " + Names.shown(firstLine(malformed)), malformed);
        }
    }

    /// @throws EngineException INVALID, naming the field
    public static <T> T decode(JsonNode tree, Class<T> type) {
        if (!tree.isObject()) {
            throw invalid("invalid JSON: an object is expected", null);
        }
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JacksonException mismatch) {
            throw invalid(field(mismatch) + problem(mismatch), mismatch);
        }
    }

    public static <T> T decode(byte[] json, Class<T> type) {
        return decode(parse(json), type);
    }

    private static String field(JacksonException mismatch) {
        String path = mismatch.getPath().stream()
                .map(step ->
                        step.getPropertyName() != null ? "." + step.getPropertyName() : "[" + step.getIndex() + "]")
                .collect(Collectors.joining());
        return path.isEmpty() ? "" : Names.shown(path.startsWith(".") ? path.substring(1) : path) + ": ";
    }

    private static String problem(JacksonException mismatch) {
        return switch (mismatch) {
            case UnrecognizedPropertyException _ ->
                "this field is not known here; fields are spelled exactly as in the Docker Engine API";
            case MismatchedInputException input
            when input.getTargetType() != null -> "the value is not " + expected(input.getTargetType());
            case InputCoercionException range -> "the value is not " + expected(range.getTargetType());
            default -> Names.shown(firstLine(mismatch));
        };
    }

    private static String expected(Class<?> type) {
        if (type == String.class) {
            return "a string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class) {
            return "an integer of 32 bits";
        }
        if (type == long.class || type == Long.class) {
            return "an integer of 64 bits";
        }
        return java.util.Collection.class.isAssignableFrom(type) ? "an array" : "an object";
    }

    private static String firstLine(JacksonException exception) {
        String message = String.valueOf(exception.getOriginalMessage());
        return message.lines().findFirst().orElse("");
    }

    private static EngineException invalid(String message, @Nullable Throwable cause) {
        return cause == null
                ? new EngineException(Reason.INVALID, message)
                : new EngineException(Reason.INVALID, message, cause);
    }
}
