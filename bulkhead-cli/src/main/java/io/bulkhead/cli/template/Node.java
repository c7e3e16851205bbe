package io.bulkhead.cli.template;

import java.util.List;

/// One piece of a template.
sealed interface Node {

    record Text(String text) implements Node {}

    record Print(Expression value) implements Node {}

    record Assign(String variable, boolean declares, Expression value) implements Node {}

    record If(Expression condition, List<Node> then, List<Node> otherwise) implements Node {}

    record With(String variable, Expression value, List<Node> then, List<Node> otherwise) implements Node {}

    /// @param key the variable of the key or index; empty when there is none
    record Range(String key, String value, Expression list, List<Node> body, List<Node> otherwise) implements Node {}
}
