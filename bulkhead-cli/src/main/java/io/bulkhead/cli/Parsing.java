package io.bulkhead.cli;

import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import picocli.CommandLine;

/// Reads the arguments of one verb with picocli, set to behave as Docker's client.
///
/// All that names picocli's classes is here and not in [Main]: they are compiled for a Java so old that the JDK's
/// ahead-of-time cache leaves them out, so a run that does not need them must not even load them.
final class Parsing {

    enum Outcome {
        PARSED,
        HELPED
    }

    private Parsing() {}

    /// @throws Failure naming what is wrong and where help is
    static Outcome parse(Verb verb, String name, String[] arguments, Console console) {
        CommandLine line = of(verb, name);
        try {
            if (line.parseArgs(arguments).isUsageHelpRequested()) {
                line.usage(console.out());
                return Outcome.HELPED;
            }
            return Outcome.PARSED;
        } catch (CommandLine.ParameterException problem) {
            throw new Failure(code(problem), problem.getMessage() + ". See 'bulkhead " + name + " --help'");
        }
    }

    private static CommandLine of(Verb verb, String name) {
        var line = new CommandLine(verb);
        line.setCommandName("bulkhead " + name);
        // `@` begins no file name here, and a later option wins over an earlier one.
        line.setExpandAtFiles(false);
        line.setOverwrittenOptionsAllowed(true);
        line.setStopAtPositional(verb.takesCommand());
        line.setUsageHelpWidth(110);
        line.setUsageHelpAutoWidth(false);
        return line;
    }

    /// Docker's codes: 125 for an option it does not know or that lacks its value, 1 for too few or many arguments.
    private static int code(CommandLine.ParameterException problem) {
        boolean option = switch (problem) {
            case CommandLine.UnmatchedArgumentException unmatched -> unmatched.isUnknownOption();
            case CommandLine.MissingParameterException missing ->
                missing.getMissing().stream().anyMatch(CommandLine.Model.ArgSpec::isOption);
            default -> true;
        };
        return option ? Main.BAD_OPTION : 1;
    }
}
