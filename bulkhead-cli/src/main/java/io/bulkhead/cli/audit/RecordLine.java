package io.bulkhead.cli.audit;

import io.bulkhead.cli.json.Json;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One line of the record, for people.
final class RecordLine {

    private RecordLine() {}

    static String text(Json line) {
        String what = Stream.of("container", "image", "object")
                .filter(field -> !line.at(field).text().isEmpty())
                .map(field -> field + "=" + line.at(field).text())
                .collect(Collectors.joining(" "));
        List<String> privileges =
                line.at("privileges").items().stream().map(Json::text).toList();
        return Stream.of(
                        line.at("time").text(),
                        "#" + line.at("seq").text(),
                        line.at("caller").text(),
                        line.at("operation").text(),
                        what,
                        line.at("decision").text() + reason(line),
                        "rule=" + line.at("rule").text(),
                        privileges.isEmpty() ? "" : "privileges=" + String.join(",", privileges))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static String reason(Json line) {
        String reason = line.at("reason").text();
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }
}
