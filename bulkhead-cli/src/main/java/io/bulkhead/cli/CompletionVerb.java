package io.bulkhead.cli;

import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

@Command(name = "completion", description = "Print a completion script for bash, zsh or fish")
final class CompletionVerb extends Verb {

    @Parameters(index = "0", paramLabel = "bash|zsh|fish")
    String shell = "";

    @Override
    protected int run() {
        CommandLine whole = whole();
        switch (shell) {
            case "bash" -> console().out().print(BashCompletion.script(whole));
            // The script of bash works in zsh through its bashcompinit, which the script itself turns on.
            case "zsh" -> console().out().print(BashCompletion.script(whole));
            case "fish" -> console().out().print(FishCompletion.script(whole));
            default -> throw new Failure("completion for \"" + shell + "\" is not supported: bash, zsh or fish");
        }
        return 0;
    }

    /// The model of every verb at once; only this verb needs it.
    static CommandLine whole() {
        var root = new CommandLine(CommandSpec.create().name("bulkhead"));
        Map<String, CommandLine> groups = new HashMap<>();
        for (String group : Verbs.GROUPS) {
            var line = new CommandLine(CommandSpec.create().name(group));
            groups.put(group, line);
            root.addSubcommand(group, line);
        }
        for (String name : Verbs.NAMES) {
            int space = name.indexOf(' ');
            CommandLine parent = space < 0 ? root : groups.getOrDefault(name.substring(0, space), root);
            Verbs.named(name).ifPresent(verb -> parent.addSubcommand(name.substring(space + 1), new CommandLine(verb)));
        }
        return root;
    }
}
