package io.bulkhead.dockerapi;

import io.bulkhead.name.Names;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Points in time as clients write them: seconds since 1970 with an optional fraction, RFC 3339, or how long ago in
/// Go's spelling (`1h30m`).
public final class Timestamps {

    private static final Pattern SECONDS = Pattern.compile("(-?[0-9]{1,12})(?:\\.([0-9]{1,9}))?");
    private static final Pattern DURATION = Pattern.compile("(?:[0-9]{1,9}(?:ns|us|ms|s|m|h))+");
    private static final Pattern PART = Pattern.compile("([0-9]+)(ns|us|ms|s|m|h)");

    private Timestamps() {}

    /// @throws IllegalArgumentException for anything else
    public static Instant parse(String text, Instant now) {
        Matcher seconds = SECONDS.matcher(text);
        if (seconds.matches()) {
            String fraction = seconds.group(2) == null ? "" : seconds.group(2);
            long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
            return Instant.ofEpochSecond(Long.parseLong(seconds.group(1)), nanos);
        }
        if (DURATION.matcher(text).matches()) {
            return now.minus(duration(text));
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            throw new IllegalArgumentException("time `" + Names.shown(text)
                    + "` is neither seconds since 1970, nor RFC 3339, nor a duration such as 1h30m");
        }
    }

    private static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long count = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ns" -> Duration.ofNanos(count);
                        case "us" -> Duration.ofNanos(count * 1_000);
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        default -> Duration.ofHours(count);
                    });
        }
        return sum;
    }
}
