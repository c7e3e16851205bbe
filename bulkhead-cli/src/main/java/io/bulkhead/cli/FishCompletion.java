package io.bulkhead.cli;

import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// A completion script for fish, which picocli does not write: the verbs, the words of groups, and every option with
/// its description; names come from the daemon.
final class FishCompletion {

    private FishCompletion() {}

    static String script(CommandLine root) {
        var script = new StringBuilder("complete -c bulkhead -f\n");
        String verbs = String.join(" ", root.getSubcommands().keySet());
        root.getSubcommands().forEach((name, line) -> {
            script.append(complete("not __fish_seen_subcommand_from " + verbs))
                    .append(" -a ")
                    .append(quoted(name))
                    .append(described(line))
                    .append('\n');
            String seen = "__fish_seen_subcommand_from " + name;
            if (line.getSubcommands().isEmpty()) {
                options(script, seen, line);
            }
            String words = String.join(" ", line.getSubcommands().keySet());
            line.getSubcommands().forEach((word, inner) -> {
                script.append(complete(seen + "; and not __fish_seen_subcommand_from " + words))
                        .append(" -a ")
                        .append(quoted(word))
                        .append(described(inner))
                        .append('\n');
                options(script, seen + "; and __fish_seen_subcommand_from " + word, inner);
            });
        });
        return script.append(names(root)).toString();
    }

    /// Names of containers, images and the like, for the verbs that take some.
    private static String names(CommandLine root) {
        String verbs = root.getSubcommands().entrySet().stream()
                .filter(verb -> takesNames(verb.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(" "));
        return complete("__fish_seen_subcommand_from " + verbs)
                + " -a '(bulkhead __complete -- (commandline -cp) 2>/dev/null)'\n";
    }

    private static boolean takesNames(CommandLine line) {
        return line.getCommandSpec().args().stream()
                        .anyMatch(argument -> Completion.known(argument).isPresent())
                || line.getSubcommands().values().stream().anyMatch(FishCompletion::takesNames);
    }

    private static void options(StringBuilder script, String condition, CommandLine line) {
        for (OptionSpec option : line.getCommandSpec().options()) {
            script.append(complete(condition));
            for (String name : option.names()) {
                script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            script.append(option.arity().min() > 0 ? " -r" : "")
                    .append(" -d ")
                    .append(quoted(String.join(" ", option.description())))
                    .append('\n');
        }
    }

    private static String complete(String condition) {
        return "complete -c bulkhead -n " + quoted(condition);
    }

    private static String described(CommandLine line) {
        String text = String.join(" ", line.getCommandSpec().usageMessage().description());
        return text.isEmpty() ? "" : " -d " + quoted(text);
    }

    private static String quoted(String text) {
        return text.chars()
                .mapToObj(c -> c == '\'' || c == '\\' ? "\\" + (char) c : String.valueOf((char) c))
                .collect(Collectors.joining("", "'", "'"));
    }
}
