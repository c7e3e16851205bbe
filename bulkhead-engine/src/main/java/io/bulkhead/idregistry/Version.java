package io.bulkhead.idregistry;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.RangePool;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What the registry says at one moment, as it is written: every change makes the next version.
///
/// @param number counted from 1
/// @param whole all ids that may be given, the same for all hosts
/// @param ranges by [Key], written `tenant/container`
record Version(int format, long number, IdRange whole, Map<String, IdRange> ranges) {

    private static final int FORMAT = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    Version {
        ranges = Map.copyOf(ranges);
        if (format != FORMAT || number < 0) {
            throw new IllegalArgumentException("format " + format + ", version " + number + " is not one of these");
        }
        var pool = new RangePool(whole);
        ranges.forEach((key, range) -> {
            Key _ = Key.parse(key);
            boolean within = range.first() >= whole.first() && range.last() <= whole.last();
            if (!within || !pool.reserve(range)) {
                throw new IllegalArgumentException("the ids " + range + " of " + key + " are another's, or outside");
            }
        });
    }

    static Version empty(IdRange whole) {
        return new Version(FORMAT, 0, whole, Map.of());
    }

    /// @throws IllegalArgumentException when it is none, or gives ids twice: it is never guessed at
    static Version read(byte[] json) {
        try {
            return Optional.ofNullable(MAPPER.readValue(json, Version.class))
                    .orElseThrow(() -> new IllegalArgumentException("it is `null`"));
        } catch (JacksonException damaged) {
            throw new IllegalArgumentException(damaged.getOriginalMessage(), damaged);
        }
    }

    byte[] json() {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    }

    Optional<IdRange> of(Key key) {
        return Optional.ofNullable(ranges.get(key.toString()));
    }

    /// With a range for one more; nothing when there are not so many ids in a row.
    Optional<Version> with(Key key, long count) {
        var pool = new RangePool(whole);
        ranges.values().forEach(pool::reserve);
        return pool.allocate(count).map(range -> {
            var more = new TreeMap<>(ranges);
            more.put(key.toString(), range);
            return new Version(FORMAT, number + 1, whole, more);
        });
    }

    Version without(Key key) {
        var fewer = new TreeMap<>(ranges);
        fewer.remove(key.toString());
        return new Version(FORMAT, number + 1, whole, fewer);
    }
}
