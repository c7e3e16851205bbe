package io.bulkhead.cli.template;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A template such as `{{.State.Status}}` or `{{range .Mounts}}{{.Source}} {{end}}`, over a tree of maps and lists.
///
/// Supported are fields, variables, pipelines, parentheses, `if` / `else if` / `else`, `with`, `range`, comments, trim
/// markers and the functions of [Functions]. Missing: `define`, `template`, `block`, `break`, `continue`.
public final class Template {

    private final List<Node> nodes;

    private Template(List<Node> nodes) {
        this.nodes = nodes;
    }

    /// @throws TemplateException when it cannot be read
    public static Template parse(String text) {
        return new Template(new TemplateParser(text).whole());
    }

    /// @throws TemplateException when it asks for what is not there
    public String render(@Nullable Object data) {
        return new Evaluation().run(nodes, data);
    }

    /// A field that takes one argument, such as `{{.Label "name"}}`, for the data of a template.
    public static Object method(UnaryOperator<String> function) {
        return (Evaluation.Called) function::apply;
    }
}
