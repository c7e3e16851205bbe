package io.bulkhead.cli.template;

import java.util.ArrayList;
import java.util.List;

/// Splits a template into text and actions, and nests what lies between `range` and `end`.
final class TemplateParser {

    private static final int DEEPEST = 50;

    private final String text;
    private int at;
    private int depth;

    /// The action that ended the list of nodes read last: `end`, `else ...`, or empty at the end of the text.
    private String closing = "";

    /// Whether the action read last said that the space behind it goes (`-}}`).
    private boolean trimmedAfter;

    TemplateParser(String text) {
        this.text = text;
    }

    List<Node> whole() {
        List<Node> nodes = nodes();
        if (!closing.isEmpty()) {
            throw new TemplateException("unexpected {{" + closing + "}}");
        }
        return nodes;
    }

    private List<Node> nodes() {
        if (++depth > DEEPEST) {
            throw new TemplateException("blocks are nested too deeply");
        }
        List<Node> nodes = new ArrayList<>();
        closing = "";
        while (at < text.length() && closing.isEmpty()) {
            int open = text.indexOf("{{", at);
            addText(nodes, plain(open));
            if (open >= 0) {
                String action = action();
                if (isClosing(action)) {
                    closing = action;
                } else {
                    addAction(nodes, action);
                }
            }
        }
        depth--;
        return nodes;
    }

    /// The text up to the next action, or to the end.
    private String plain(int open) {
        String plain = open < 0 ? text.substring(at) : text.substring(at, open);
        at = open < 0 ? text.length() : open + 2;
        plain = trimmedAfter ? plain.stripLeading() : plain;
        trimmedAfter = false;
        return open >= 0 && text.startsWith("- ", at) ? plain.stripTrailing() : plain;
    }

    private static void addText(List<Node> nodes, String plain) {
        if (!plain.isEmpty()) {
            nodes.add(new Node.Text(plain));
        }
    }

    private String action() {
        int close = close();
        String action = text.substring(at, close);
        at = close + 2;
        trimmedAfter = action.endsWith(" -");
        if (action.startsWith("- ")) {
            action = action.substring(2);
        }
        return (trimmedAfter ? action.substring(0, action.length() - 2) : action).strip();
    }

    private int close() {
        char quote = 0;
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                i += c == '\\' && quote == '"' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '`') {
                quote = c;
            } else if (text.startsWith("}}", i)) {
                return i;
            }
        }
        throw new TemplateException("unclosed action");
    }

    private static String keyword(String action) {
        int space = action.indexOf(' ');
        return space < 0 ? action : action.substring(0, space);
    }

    private static boolean isClosing(String action) {
        String keyword = keyword(action);
        return keyword.equals("end") || keyword.equals("else");
    }

    private void addAction(List<Node> nodes, String action) {
        String keyword = keyword(action);
        String rest = action.substring(keyword.length());
        switch (keyword) {
            case "if" -> nodes.add(ended(condition(rest)));
            case "with" -> nodes.add(ended(with(rest)));
            case "range" -> nodes.add(ended(range(rest)));
            case "define", "template", "block", "break", "continue" ->
                throw new TemplateException("{{" + keyword + "}} is not supported");
            default -> addValue(nodes, action);
        }
    }

    /// The block's own `end` does not close what is around it.
    private Node ended(Node block) {
        closing = "";
        return block;
    }

    private static void addValue(List<Node> nodes, String action) {
        if (action.isEmpty()) {
            throw new TemplateException("missing value for command");
        }
        if (action.startsWith("/*") && action.endsWith("*/")) {
            return;
        }
        var parser = new ExpressionParser(action);
        List<String> declared = parser.declared();
        String assigned = declared.isEmpty() ? parser.assigned() : "";
        if (declared.size() > 1) {
            throw new TemplateException("too many declarations in {{" + action + "}}");
        }
        Expression value = parser.wholePipeline();
        if (!declared.isEmpty()) {
            nodes.add(new Node.Assign(declared.getFirst(), true, value));
        } else if (!assigned.isEmpty()) {
            nodes.add(new Node.Assign(assigned, false, value));
        } else {
            nodes.add(new Node.Print(value));
        }
    }

    private Node condition(String rest) {
        Expression condition = new ExpressionParser(rest).wholePipeline();
        List<Node> then = nodes();
        return new Node.If(condition, then, otherwise("if"));
    }

    private Node with(String rest) {
        var parser = new ExpressionParser(rest);
        List<String> declared = parser.declared();
        Expression value = parser.wholePipeline();
        List<Node> then = nodes();
        return new Node.With(declared.isEmpty() ? "" : declared.getFirst(), value, then, otherwise("with"));
    }

    private Node range(String rest) {
        var parser = new ExpressionParser(rest);
        List<String> declared = parser.declared();
        Expression list = parser.wholePipeline();
        List<Node> body = nodes();
        String key = declared.size() == 2 ? declared.getFirst() : "";
        String value = declared.isEmpty() ? "" : declared.getLast();
        return new Node.Range(key, value, list, body, otherwise("range"));
    }

    /// What follows `else`; nothing when the block ended without one.
    private List<Node> otherwise(String block) {
        if (closing.isEmpty()) {
            throw new TemplateException("unexpected EOF: {{" + block + "}} without {{end}}");
        }
        if (closing.equals("end")) {
            return List.of();
        }
        String more = closing.substring("else".length()).strip();
        if (keyword(more).equals("if")) {
            return List.of(condition(more.substring(2)));
        }
        if (!more.isEmpty()) {
            throw new TemplateException("{{" + closing + "}} is not supported");
        }
        List<Node> nodes = nodes();
        if (!closing.equals("end")) {
            throw new TemplateException("expected {{end}} after {{else}}");
        }
        return nodes;
    }
}
