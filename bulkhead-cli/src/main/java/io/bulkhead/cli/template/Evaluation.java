package io.bulkhead.cli.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One run of a template over one value.
final class Evaluation {

    private final StringBuilder output = new StringBuilder();

    /// Assigning inside a block reaches the variable outside, so a scope links to the one around it.
    private record Scope(@Nullable Scope outer, Map<String, @Nullable Object> variables) {

        Scope inner() {
            return new Scope(this, new HashMap<>());
        }

        Scope holder(String name) {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                if (scope.variables.containsKey(name)) {
                    return scope;
                }
            }
            throw new TemplateException("undefined variable \"" + name + "\"");
        }
    }

    String run(List<Node> nodes, @Nullable Object data) {
        var scope = new Scope(null, new HashMap<>());
        scope.variables().put("$", data);
        walk(nodes, data, scope);
        return output.toString();
    }

    private void walk(List<Node> nodes, @Nullable Object dot, Scope scope) {
        for (Node node : nodes) {
            switch (node) {
                case Node.Text(var text) -> output.append(text);
                case Node.Print(var value) -> output.append(Shown.text(value(value, dot, scope, true)));
                case Node.Assign(var name, var declares, var value) ->
                    (declares ? scope : scope.holder(name)).variables().put(name, value(value, dot, scope, true));
                case Node.If(var condition, var then, var otherwise) ->
                    walk(Shown.truth(value(condition, dot, scope, false)) ? then : otherwise, dot, scope.inner());
                case Node.With with -> with(with, dot, scope.inner());
                case Node.Range range -> range(range, dot, scope);
            }
        }
    }

    private void with(Node.With node, @Nullable Object dot, Scope scope) {
        Object value = value(node.value(), dot, scope, false);
        if (!node.variable().isEmpty()) {
            scope.variables().put(node.variable(), value);
        }
        if (Shown.truth(value)) {
            walk(node.then(), value, scope);
        } else {
            walk(node.otherwise(), dot, scope);
        }
    }

    private void range(Node.Range node, @Nullable Object dot, Scope scope) {
        Object list = value(node.list(), dot, scope, true);
        int count = 0;
        switch (list) {
            case null -> {}
            case List<?> items -> {
                for (Object item : items) {
                    once(node, (long) count++, item, scope.inner());
                }
            }
            // Go walks a map in the order of its keys.
            case Map<?, ?> map -> {
                for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
                    once(node, entry.getKey(), entry.getValue(), scope.inner());
                    count++;
                }
            }
            default -> throw new TemplateException("range can't iterate over " + Shown.text(list));
        }
        if (count == 0) {
            walk(node.otherwise(), dot, scope.inner());
        }
    }

    private void once(Node.Range node, @Nullable Object key, @Nullable Object item, Scope scope) {
        if (!node.key().isEmpty()) {
            scope.variables().put(node.key(), key);
        }
        if (!node.value().isEmpty()) {
            scope.variables().put(node.value(), item);
        }
        walk(node.body(), item, scope);
    }

    /// @param strict a field that is not there is an error; without, it counts as nil. The API leaves out what is
    ///     unset, so `{{if .State.Health}}` has to work, while a misspelt name that would be printed has
    ///     to be told.
    private @Nullable Object value(Expression expression, @Nullable Object dot, Scope scope, boolean strict) {
        return switch (expression) {
            case Expression.Literal(var value) -> value;
            case Expression.Dot _ -> dot;
            case Expression.Variable(var name) -> scope.holder(name).variables().get(name);
            case Expression.Field field -> field(field, dot, scope, strict);
            case Expression.Call(var name, var arguments) ->
                Functions.call(
                        name,
                        arguments.stream()
                                .map(argument -> boxed(value(argument, dot, scope, strict)))
                                .toList());
        };
    }

    /// A stream's list takes no null.
    private static Argument boxed(@Nullable Object value) {
        return new Argument(value);
    }

    private @Nullable Object field(Expression.Field field, @Nullable Object dot, Scope scope, boolean strict) {
        Object base = value(field.base(), dot, scope, strict);
        if (base == null && !strict) {
            return null;
        }
        if (!(base instanceof Map<?, ?> fields)) {
            throw new TemplateException("can't evaluate field " + field.name() + " in "
                    + (base == null ? "a value that is not set" : "`" + Shown.text(base) + "`"));
        }
        if (!fields.containsKey(field.name())) {
            if (strict) {
                throw new TemplateException("map has no entry for key \"" + field.name() + "\"");
            }
            return null;
        }
        Object value = fields.get(field.name());
        return field.arguments().isEmpty() ? value : called(field, value, dot, scope);
    }

    private Object called(Expression.Field field, @Nullable Object value, @Nullable Object dot, Scope scope) {
        if (value instanceof Called function && field.arguments().size() == 1) {
            Object argument = value(field.arguments().getFirst(), dot, scope, true);
            return function.apply(Shown.text(argument));
        }
        throw new TemplateException(field.name() + " is not a method but has arguments");
    }

    /// A field that takes one argument, such as `.Label "name"`.
    interface Called extends Function<String, String> {}
}
