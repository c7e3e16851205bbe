package io.bulkhead.container;

import io.bulkhead.container.Containers.LogEntry;
import io.bulkhead.container.Containers.Stream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;

/// The head of one line of conmon's `k8s-file` log: `2026-11-24T14:41:38.123456789+00:00 stdout F text`.
///
/// What follows the head is the container's and may be anything but a newline, so the head stands at fixed places and
/// is never searched for.
///
/// @param partial whether the text had no newline of its own
record LogLine(Instant time, Stream stream, boolean partial) {

    /// Up to and with the blank before the text.
    static final int HEAD = 45;

    /// The most conmon writes: a head, the 8192 bytes it reads at once, a newline.
    static final int LONGEST = HEAD + 8192 + 1;

    private static final byte[] STDOUT = " stdout ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STDERR = " stderr ".getBytes(StandardCharsets.US_ASCII);
    private static final String SHAPE = "dddd-dd-ddTdd:dd:dd.ddddddddd+dd:dd";
    private static final int SIGN = 29;

    /// @param from where the line begins, `to` where it ends, without its newline
    /// @return empty if this is no such line
    static Optional<LogLine> head(byte[] bytes, int from, int to) {
        if (to - from < HEAD || !shaped(bytes, from)) {
            return Optional.empty();
        }
        boolean stdout = Arrays.equals(bytes, from + 35, from + 43, STDOUT, 0, 8);
        boolean stderr = Arrays.equals(bytes, from + 35, from + 43, STDERR, 0, 8);
        byte tag = bytes[from + 43];
        if (!(stdout || stderr) || !(tag == 'F' || tag == 'P') || bytes[from + 44] != ' ') {
            return Optional.empty();
        }
        try {
            return Optional.of(new LogLine(time(bytes, from), stdout ? Stream.STDOUT : Stream.STDERR, tag == 'P'));
        } catch (DateTimeException impossible) {
            return Optional.empty();
        }
    }

    private static boolean shaped(byte[] bytes, int from) {
        for (int i = 0; i < SHAPE.length(); i++) {
            byte b = bytes[from + i];
            boolean fits = switch (SHAPE.charAt(i)) {
                case 'd' -> b >= '0' && b <= '9';
                case '+' -> b == '+' || b == '-';
                default -> b == SHAPE.charAt(i);
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static Instant time(byte[] b, int from) {
        var local = LocalDateTime.of(
                number(b, from, 4),
                number(b, from + 5, 2),
                number(b, from + 8, 2),
                number(b, from + 11, 2),
                number(b, from + 14, 2),
                number(b, from + 17, 2));
        int offset = number(b, from + SIGN + 1, 2) * 3600 + number(b, from + SIGN + 4, 2) * 60;
        long second = local.toEpochSecond(ZoneOffset.UTC) - (b[from + SIGN] == '-' ? -offset : offset);
        return Instant.ofEpochSecond(second, number(b, from + 20, 9));
    }

    private static int number(byte[] bytes, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    /// The entry with its text: a newline is given back to text that had one.
    LogEntry entry(byte[] bytes, int from, int to) {
        byte[] text = Arrays.copyOfRange(bytes, from + HEAD, partial ? to : to + 1);
        if (!partial) {
            text[text.length - 1] = '\n';
        }
        return new LogEntry(time, stream, text);
    }
}
