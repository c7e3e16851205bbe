package io.bulkhead.cli.template;

import io.bulkhead.cli.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Reads a pipeline out of the words of an action.
final class ExpressionParser {

    private static final int DEEPEST = 50;

    private final String action;
    private final List<Token> tokens;
    private int at;
    private int depth;

    ExpressionParser(String action) {
        this.action = action;
        tokens = Token.split(action);
    }

    Expression wholePipeline() {
        Expression value = pipeline();
        if (peek().kind() != Kind.END) {
            throw unexpected();
        }
        return value;
    }

    /// The variables declared before `:=`, as in `$k, $v := .Map`; none when there is no `:=`.
    List<String> declared() {
        int start = at;
        List<String> names = new ArrayList<>();
        skipSpace();
        while (peek().kind() == Kind.VARIABLE) {
            names.add(next().text());
            skipSpace();
            if (accept(":=")) {
                return names;
            }
            if (!accept(",")) {
                break;
            }
            skipSpace();
        }
        at = start;
        return List.of();
    }

    /// `$v = `, for a variable that exists; empty when this is none.
    String assigned() {
        int start = at;
        skipSpace();
        if (peek().kind() == Kind.VARIABLE) {
            String name = next().text();
            skipSpace();
            if (accept("=")) {
                return name;
            }
        }
        at = start;
        return "";
    }

    private Expression pipeline() {
        if (++depth > DEEPEST) {
            throw new TemplateException("parentheses are nested too deeply in {{" + action + "}}");
        }
        Expression value = command();
        skipSpace();
        while (accept("|")) {
            value = piped(command(), value);
            skipSpace();
        }
        depth--;
        return value;
    }

    private Expression piped(Expression command, Expression value) {
        return switch (command) {
            case Expression.Call(var function, var arguments) ->
                new Expression.Call(function, appended(arguments, value));
            case Expression.Field(var base, var name, var arguments) ->
                new Expression.Field(base, name, appended(arguments, value));
            default -> throw new TemplateException("only a function can follow `|` in {{" + action + "}}");
        };
    }

    private static List<Expression> appended(List<Expression> list, Expression value) {
        List<Expression> longer = new ArrayList<>(list);
        longer.add(value);
        return longer;
    }

    private Expression command() {
        skipSpace();
        if (peek().kind() == Kind.NAME && !isConstant(peek().text())) {
            String function = next().text();
            Functions.check(function);
            return new Expression.Call(function, operands());
        }
        Expression value = operand();
        List<Expression> arguments = operands();
        if (arguments.isEmpty()) {
            return value;
        }
        if (value instanceof Expression.Field field) {
            return new Expression.Field(field.base(), field.name(), arguments);
        }
        throw new TemplateException("can't give an argument to a value that is no function in {{" + action + "}}");
    }

    private List<Expression> operands() {
        List<Expression> operands = new ArrayList<>();
        skipSpace();
        while (peek().kind() != Kind.END && !isSign("|") && !isSign(")")) {
            operands.add(operand());
            skipSpace();
        }
        return operands;
    }

    private Expression operand() {
        Token token = next();
        Expression value = switch (token.kind()) {
            case FIELD -> new Expression.Field(new Expression.Dot(), token.text(), List.of());
            case VARIABLE -> new Expression.Variable(token.text());
            case STRING -> new Expression.Literal(token.text());
            case NUMBER -> new Expression.Literal(number(token.text()));
            case NAME -> named(token.text());
            case SIGN -> sign(token.text());
            case SPACE, END -> throw unexpected();
        };
        while (peek().kind() == Kind.FIELD) {
            value = new Expression.Field(value, next().text(), List.of());
        }
        return value;
    }

    private Expression sign(String sign) {
        if (sign.equals(".")) {
            return new Expression.Dot();
        }
        if (!sign.equals("(")) {
            throw unexpected();
        }
        Expression inner = pipeline();
        if (!accept(")")) {
            throw new TemplateException("unclosed left paren in {{" + action + "}}");
        }
        return inner;
    }

    private static boolean isConstant(String name) {
        return name.equals("true") || name.equals("false") || name.equals("nil");
    }

    private static Expression named(String name) {
        if (isConstant(name)) {
            return new Expression.Literal(name.equals("nil") ? null : Boolean.valueOf(name));
        }
        Functions.check(name);
        return new Expression.Call(name, List.of());
    }

    private Long number(String digits) {
        try {
            return Long.valueOf(digits);
        } catch (NumberFormatException _) {
            throw new TemplateException("bad number `" + digits + "` in {{" + action + "}}");
        }
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    private boolean isSign(String sign) {
        return peek().kind() == Kind.SIGN && peek().text().equals(sign);
    }

    private boolean accept(String sign) {
        boolean found = isSign(sign);
        if (found) {
            at++;
        }
        return found;
    }

    private void skipSpace() {
        while (peek().kind() == Kind.SPACE) {
            at++;
        }
    }

    private TemplateException unexpected() {
        Token token = peek();
        String what = token.kind() == Kind.END ? "end" : "`" + token.text() + "`";
        return new TemplateException("unexpected " + what + " in {{" + action + "}}");
    }
}
