package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The words of a Dockerfile line: separated by blanks, quoted by `"` or `'`, escaped by a backslash. Variables are not
/// expanded: there is no build they could come from.
final class DockerfileWords {

    private DockerfileWords() {}

    static List<String> split(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new ImageException(Reason.INVALID, "a quote is not closed in `" + Names.shown(text) + "`");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    /// `A=1 B="2 3"`, or the old form `A the rest`.
    static Map<String, String> pairs(String instruction, String text) {
        List<String> words = split(text);
        var pairs = new LinkedHashMap<String, String>();
        if (!words.isEmpty() && words.getFirst().indexOf('=') < 0) {
            int blank = text.strip().indexOf(' ');
            if (blank < 0) {
                throw new ImageException(Reason.INVALID, instruction + " must have two arguments");
            }
            pairs.put(words.getFirst(), text.strip().substring(blank).strip());
            return pairs;
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new ImageException(
                        Reason.INVALID,
                        "Syntax error - can't find = in \"" + Names.shown(word)
                                + "\". Must be of the form: name=value");
            }
            pairs.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return pairs;
    }

    /// A JSON array of strings, or the blank-separated words.
    static List<String> list(String text) {
        return text.startsWith("[") ? json(text) : split(text);
    }

    /// A JSON array of strings is a command as it is; anything else is for the shell.
    static List<String> command(String text) {
        return text.startsWith("[") ? json(text) : List.of("/bin/sh", "-c", text);
    }

    private static List<String> json(String text) {
        try {
            return Json.read(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), "the list").list().stream()
                    .map(Json::text)
                    .toList();
        } catch (ImageException wrong) {
            throw new ImageException(Reason.INVALID, "`" + Names.shown(text) + "`: " + wrong.getMessage(), wrong);
        }
    }
}
