package io.bulkhead.cli.template;

import io.bulkhead.cli.json.JsonText;
import java.util.List;

/// Go's `printf`, with `%s %v %d %q %%` and widths (`%-10s`).
final class Printf {

    private Printf() {}

    static String format(List<Argument> arguments) {
        if (arguments.isEmpty()) {
            throw new TemplateException("printf needs a format");
        }
        String format = arguments.getFirst().text();
        var text = new StringBuilder();
        int used = 1;
        for (int at = 0; at < format.length(); at++) {
            char c = format.charAt(at);
            if (c != '%') {
                text.append(c);
                continue;
            }
            int end = verb(format, at + 1);
            if (format.charAt(end) == '%') {
                text.append('%');
            } else if (used == arguments.size()) {
                throw new TemplateException("printf has too few arguments for \"" + format + "\"");
            } else {
                text.append(padded(format.substring(at + 1, end), one(format.charAt(end), arguments.get(used++))));
            }
            at = end;
        }
        return text.toString();
    }

    private static int verb(String format, int start) {
        int at = start;
        while (at < format.length() && (format.charAt(at) == '-' || Character.isDigit(format.charAt(at)))) {
            at++;
        }
        if (at == format.length()) {
            throw new TemplateException("printf's \"" + format + "\" ends within a verb");
        }
        return at;
    }

    private static String one(char verb, Argument argument) {
        return switch (verb) {
            case 's', 'v' -> argument.text();
            case 'd' -> String.valueOf(argument.number("printf %d"));
            case 'q' -> JsonText.compact(argument.text());
            default -> throw new TemplateException("printf's %" + verb + " is not supported; there are %s %v %d %q %%");
        };
    }

    private static String padded(String width, String text) {
        boolean left = width.startsWith("-");
        String digits = left ? width.substring(1) : width;
        if (digits.isEmpty()) {
            return text;
        }
        if (digits.length() > 3 || digits.contains("-")) {
            throw new TemplateException("printf's width `" + width + "` is not supported");
        }
        String space = " ".repeat(Math.max(0, Integer.parseInt(digits) - text.length()));
        return left ? text + space : space + text;
    }
}
