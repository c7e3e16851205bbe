package io.bulkhead.cli.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What stands between the braces.
sealed interface Expression {

    record Literal(@Nullable Object value) implements Expression {}

    record Dot() implements Expression {}

    record Variable(String name) implements Expression {}

    /// `base.name`; with arguments only where the field is something that can be called.
    record Field(Expression base, String name, List<Expression> arguments) implements Expression {}

    record Call(String function, List<Expression> arguments) implements Expression {}
}
