package io.bulkhead.cli.audit;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.template.Template;
import java.util.Optional;

/// `--format` of the verbs on the record.
final class RecordShape {

    private final String format;
    private final Optional<Template> template;

    RecordShape(String format) {
        this.format = format;
        boolean named = format.equals("text") || format.equals("json");
        template = named ? Optional.empty() : Optional.of(Template.parse(format));
    }

    String text(Json line) {
        if (template.isPresent()) {
            return template.get().render(line.value());
        }
        return format.equals("json") ? line.toString() : RecordLine.text(line);
    }
}
