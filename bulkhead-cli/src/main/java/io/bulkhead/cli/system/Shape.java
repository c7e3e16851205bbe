package io.bulkhead.cli.system;

import io.bulkhead.cli.json.JsonText;
import io.bulkhead.cli.template.Template;
import org.jspecify.annotations.Nullable;

/// `--format` of verbs that show one object.
final class Shape {

    private Shape() {}

    static String of(String format, @Nullable Object value) {
        return format.equals("json")
                ? JsonText.compact(value)
                : Template.parse(format).render(value);
    }
}
