package io.bulkhead.cli.template;

import org.jspecify.annotations.Nullable;

/// What a function is given.
record Argument(@Nullable Object value) {

    String text() {
        return Shown.text(value);
    }

    long number(String function) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new TemplateException(function + " needs a number, not `" + text() + "`");
    }
}
