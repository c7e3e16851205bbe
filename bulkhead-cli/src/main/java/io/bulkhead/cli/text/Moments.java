package io.bulkhead.cli.text;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/// Points in time as the API and people write them.
public final class Moments {

    private static final DateTimeFormatter GO = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z zzz", Locale.ROOT);

    private Moments() {}

    /// An RFC 3339 time of the API; the epoch when it is empty or cannot be read.
    public static Instant parse(String text) {
        try {
            return text.isEmpty() ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException _) {
            return Instant.EPOCH;
        }
    }

    /// `2026-01-31 10:00:00 +0100 CET`, as Go prints a time.
    public static String shown(Instant moment, ZoneId zone) {
        return GO.format(ZonedDateTime.ofInstant(moment, zone));
    }

    /// What `--since` and `--until` take: seconds of the epoch, a date, a time with or without its zone, or how long
    /// ago (`42m`). The answer is what the API takes.
    ///
    /// @throws IllegalArgumentException for anything else
    public static String query(String text, Instant now, ZoneId zone) {
        if (isNumber(text)) {
            return text;
        }
        try {
            return seconds(now.minus(Duration.ofNanos(GoDuration.parse(text))));
        } catch (IllegalArgumentException _) {
            return seconds(dated(text, zone));
        }
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> Character.isDigit(c) || c == '.');
    }

    private static Instant dated(String text, ZoneId zone) {
        try {
            if (!text.contains("T")) {
                return LocalDate.parse(text).atStartOfDay(zone).toInstant();
            }
            String time = text.substring(text.indexOf('T'));
            boolean zoned = time.endsWith("Z") || time.indexOf('+') > 0 || time.indexOf('-') > 0;
            return zoned
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(zone).toInstant();
        } catch (DateTimeParseException _) {
            throw new IllegalArgumentException(
                    "invalid value: failed to parse value as time or duration: \"" + text + "\"");
        }
    }

    private static String seconds(Instant moment) {
        return moment.getEpochSecond() + String.format(Locale.ROOT, ".%09d", moment.getNano());
    }
}
