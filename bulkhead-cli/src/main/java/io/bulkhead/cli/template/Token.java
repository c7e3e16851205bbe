package io.bulkhead.cli.template;

import java.util.ArrayList;
import java.util.List;

/// A word of an action.
record Token(Kind kind, String text) {

    enum Kind {
        NAME,
        FIELD,
        VARIABLE,
        STRING,
        NUMBER,
        SIGN,
        SPACE,
        END
    }

    /// @param action what stands between `{{` and `}}`
    static List<Token> split(String action) {
        return new Splitter(action).split();
    }

    private static final class Splitter {

        private final String action;
        private final List<Token> tokens = new ArrayList<>();
        private int at;

        Splitter(String action) {
            this.action = action;
        }

        List<Token> split() {
            while (at < action.length()) {
                next(action.charAt(at));
            }
            tokens.add(new Token(Kind.END, ""));
            return tokens;
        }

        private void next(char c) {
            int start = at;
            if (Character.isWhitespace(c)) {
                skipSpace();
                tokens.add(new Token(Kind.SPACE, " "));
            } else if (c == '"' || c == '`') {
                tokens.add(new Token(Kind.STRING, string(c)));
            } else if (c == '.' && at + 1 < action.length() && isWord(action.charAt(at + 1))) {
                at++;
                tokens.add(new Token(Kind.FIELD, word()));
            } else if (c == '$') {
                at++;
                tokens.add(new Token(Kind.VARIABLE, "$" + word()));
            } else if (Character.isDigit(c) || isMinus(c)) {
                at++;
                String digits = word();
                tokens.add(new Token(Kind.NUMBER, action.charAt(start) + digits));
            } else if (isWord(c)) {
                tokens.add(new Token(Kind.NAME, word()));
            } else {
                sign(c);
            }
        }

        private boolean isMinus(char c) {
            return c == '-' && at + 1 < action.length() && Character.isDigit(action.charAt(at + 1));
        }

        private void skipSpace() {
            while (at < action.length() && Character.isWhitespace(action.charAt(at))) {
                at++;
            }
        }

        private void sign(char c) {
            if (action.startsWith(":=", at)) {
                tokens.add(new Token(Kind.SIGN, ":="));
                at += 2;
            } else if (".()|,=".indexOf(c) >= 0) {
                tokens.add(new Token(Kind.SIGN, String.valueOf(c)));
                at++;
            } else {
                throw new TemplateException("unexpected `" + c + "` in {{" + action + "}}");
            }
        }

        private static boolean isWord(char c) {
            return Character.isLetterOrDigit(c) || c == '_';
        }

        private String word() {
            int start = at;
            while (at < action.length() && isWord(action.charAt(at))) {
                at++;
            }
            return action.substring(start, at);
        }

        private String string(char quote) {
            var text = new StringBuilder();
            at++;
            while (at < action.length() && action.charAt(at) != quote) {
                char c = action.charAt(at++);
                text.append(c == '\\' && quote == '"' ? escaped() : c);
            }
            if (at == action.length()) {
                throw new TemplateException("unterminated quoted string in {{" + action + "}}");
            }
            at++;
            return text.toString();
        }

        private char escaped() {
            if (at == action.length()) {
                throw new TemplateException("unterminated quoted string in {{" + action + "}}");
            }
            char c = action.charAt(at++);
            return switch (c) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                case '"', '\\', '\'' -> c;
                default -> throw new TemplateException("the escape `\\" + c + "` is not supported");
            };
        }
    }
}
