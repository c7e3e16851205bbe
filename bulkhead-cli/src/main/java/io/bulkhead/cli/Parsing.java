package io.bulkhead.cli;

import io.bulkhead.cli.verb.Verb;
import picocli.CommandLine;

/// Reads the arguments of one verb with picocli, set to behave as Docker's client.
final class Parsing {

    private Parsing() {}

    static CommandLine of(Verb verb, String name) {
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
}
