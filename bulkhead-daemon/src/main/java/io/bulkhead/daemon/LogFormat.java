package io.bulkhead.daemon;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// How an event becomes one line. Whatever a value holds, it stays one line and cannot pretend to be another.
enum LogFormat {
    TEXT {
        @Override
        String line(Instant time, String level, String event, Map<String, String> values) {
            var line =
                    new StringBuilder(time.toString()).append(' ').append(level).append(' ');
            line.append(escaped(event));
            values.forEach(
                    (key, value) -> line.append(' ').append(key).append('=').append(quoted(value)));
            return line.toString();
        }
    },
    JSON {
        @Override
        String line(Instant time, String level, String event, Map<String, String> values) {
            var object = new LinkedHashMap<String, String>();
            object.put("time", time.toString());
            object.put("level", level);
            object.put("event", event);
            values.forEach(object::putIfAbsent);
            return JsonMapper.shared().writeValueAsString(object);
        }
    };

    abstract String line(Instant time, String level, String event, Map<String, String> values);

    private static String quoted(String value) {
        boolean plain = !value.isEmpty()
                && value.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\');
        return plain ? value : '"' + escaped(value) + '"';
    }

    private static String escaped(String text) {
        var escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                escaped.append('\\').appendCodePoint(c);
            } else if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || c == 0x2028
                    || c == 0x2029) {
                escaped.append(String.format("\\u%04x", c));
            } else {
                escaped.appendCodePoint(c);
            }
        });
        return escaped.toString();
    }
}
