package io.bulkhead.cli.create;

import io.bulkhead.cli.verb.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// `NAME=VALUE` options and the files that hold such lines.
public final class KeyValues {

    private KeyValues() {}

    /// `-e` after the lines of `--env-file`. A bare name takes its value from the caller's environment.
    public static List<String> environment(List<String> files, List<String> options, Console console) {
        Function<String, Optional<String>> outside =
                name -> Optional.ofNullable(console.environment().get(name));
        List<String> lines = new ArrayList<>();
        files.forEach(file -> lines.addAll(file(file, outside)));
        for (String option : options) {
            if (option.isEmpty() || option.startsWith("=")) {
                throw Invalid.argument(option, "-e, --env", "invalid environment variable: " + option);
            }
            boolean bare = option.indexOf('=') < 0;
            lines.add(
                    bare
                            ? outside.apply(option)
                                    .map(value -> option + "=" + value)
                                    .orElse(option)
                            : option);
        }
        return lines;
    }

    static Map<String, String> labels(List<String> files, List<String> options) {
        List<String> lines = new ArrayList<>();
        files.forEach(file -> lines.addAll(file(file, _ -> Optional.empty())));
        lines.addAll(options);
        return map(lines);
    }

    /// A bare name has an empty value.
    public static Map<String, String> map(List<String> pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String pair : pairs) {
            int sign = pair.indexOf('=');
            map.put(sign < 0 ? pair : pair.substring(0, sign), sign < 0 ? "" : pair.substring(sign + 1));
        }
        return map;
    }

    /// A bare name that has no value outside is left out.
    private static List<String> file(String name, Function<String, Optional<String>> outside) {
        List<String> pairs = new ArrayList<>();
        for (String line : lines(name)) {
            String text = line.stripLeading();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            int sign = text.indexOf('=');
            String key = sign < 0 ? text : text.substring(0, sign);
            if (key.isEmpty()) {
                throw Invalid.option(
                        "invalid environment file (" + name + "): no variable name on line '" + line + "'");
            }
            if (key.chars().anyMatch(Character::isWhitespace)) {
                throw Invalid.option(
                        "invalid environment file (" + name + "): variable '" + key + "' contains whitespaces");
            }
            if (sign >= 0) {
                pairs.add(text);
            } else {
                outside.apply(key).ifPresent(value -> pairs.add(key + "=" + value));
            }
        }
        return pairs;
    }

    private static List<String> lines(String name) {
        try {
            return Files.readAllLines(Path.of(name));
        } catch (java.nio.file.NoSuchFileException _) {
            throw Invalid.option("open " + name + ": no such file or directory");
        } catch (IOException failure) {
            throw Invalid.option("open " + name + ": " + failure.getMessage());
        }
    }
}
