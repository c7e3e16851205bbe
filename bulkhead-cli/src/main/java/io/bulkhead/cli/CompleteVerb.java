package io.bulkhead.cli;

import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.json.JsonException;
import io.bulkhead.cli.verb.Verb;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Asked by the scripts of [CompletionVerb] at every press of the tab key, so it complains about nothing.
@Command(name = "__complete", hidden = true, description = "Print the names that fit at the end of a command line")
final class CompleteVerb extends Verb {

    private static final int NO_NAME_BELONGS_HERE = 1;

    @Parameters(index = "0", paramLabel = "LINE")
    String line = "";

    @Override
    protected int run() {
        Optional<Completion> completion = Completion.at(line);
        completion.ifPresent(this::offer);
        return completion.isPresent() ? 0 : NO_NAME_BELONGS_HERE;
    }

    private void offer(Completion at) {
        try {
            Api daemon = at.daemon().isEmpty()
                    ? api()
                    : Api.of(at.daemon(), console().environment());
            at.known()
                    .names(daemon)
                    .filter(name -> name.startsWith(at.begun()))
                    .forEach(name -> say(at.prefix() + name));
        } catch (ApiException | JsonException _) {
            // Nobody to ask. A message would end up in the middle of what is being typed.
        }
    }
}
