package io.bulkhead.cli.audit;

import io.bulkhead.cli.json.Json;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One line of the record, for people.
final class RecordLine {

    private RecordLine() {}

    static String text(Json line) {
        Stream<String> words = switch (line.at("kind").text()) {
            case "outcome" -> outcome(line);
            case "begin" -> Stream.of("begin", "key=" + line.at("key").text());
            case "checkpoint" -> Stream.of("checkpoint", "key=" + line.at("key").text());
            case "removed" ->
                Stream.of("removed", "records up to #" + line.at("through").text() + " as too old");
            default -> call(line);
        };
        return Stream.concat(
                        Stream.of(line.at("time").text(), "#" + line.at("seq").text()), words)
                .filter(part -> !part.isEmpty())
                .map(RecordLine::shown)
                .collect(Collectors.joining(" "));
    }

    private static Stream<String> call(Json line) {
        List<String> privileges =
                line.at("privileges").items().stream().map(Json::text).toList();
        return Stream.of(
                line.at("caller").text(),
                pair(line, "login_uid"),
                pair(line, "address"),
                pair(line, "exe"),
                line.at("operation").text(),
                what(line),
                line.at("decision").text() + reason(line),
                pair(line, "rule"),
                privileges.isEmpty() ? "" : "privileges=" + String.join(",", privileges));
    }

    private static Stream<String> outcome(Json line) {
        return Stream.of(
                "of #" + line.at("of").text(),
                line.at("operation").text(),
                what(line),
                line.at("outcome").text(),
                line.at("status").text(),
                line.at("error").text(),
                "in " + line.at("duration_ms").text() + " ms");
    }

    private static String what(Json line) {
        return Stream.of("container", "image", "object")
                .map(field -> pair(line, field))
                .filter(pair -> !pair.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static String pair(Json line, String field) {
        String value = line.at(field).text();
        return value.isEmpty() ? "" : field + "=" + value;
    }

    private static String reason(Json line) {
        String reason = line.at("reason").text();
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }

    /// A name must not write on the terminal: what is no printable character is escaped.
    private static String shown(String text) {
        return text.codePoints()
                .mapToObj(point -> isPrintable(point) ? Character.toString(point) : "\\u{%x}".formatted(point))
                .collect(Collectors.joining());
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
