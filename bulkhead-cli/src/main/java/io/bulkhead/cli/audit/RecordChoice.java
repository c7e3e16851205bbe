package io.bulkhead.cli.audit;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.text.Moments;
import io.bulkhead.cli.verb.Console;
import picocli.CommandLine.Option;

/// The options that say which records somebody wants to see.
final class RecordChoice {

    @Option(
            names = {"--who", "--caller"},
            paramLabel = "NAME",
            description = "Only this caller: as the record writes it (unix:1000), a uid, also the login's behind sudo, "
                    + "or the id of a certificate or token")
    String who = "";

    @Option(names = "--since", paramLabel = "TIME", description = "Only from then on: a time, or how long ago (42m)")
    String since = "";

    @Option(names = "--until", paramLabel = "TIME", description = "Only up to then")
    String until = "";

    @Option(
            names = "--container",
            paramLabel = "NAME",
            description = "Only about this container (name, id or its start)")
    String container = "";

    @Option(names = "--operation", paramLabel = "NAME", description = "Only this operation, such as container.create")
    String operation = "";

    @Option(
            names = "--decision",
            paramLabel = "WORD",
            description = "Only what was allowed, refused or failed (allowed, but it did not work)")
    String decision = "";

    Query addTo(Query query, Console console) {
        return query.withText("who", who)
                .withText("since", moment(since, console))
                .withText("until", moment(until, console))
                .withText("container", container)
                .withText("operation", operation)
                .withText("decision", decision);
    }

    private static String moment(String text, Console console) {
        return text.isEmpty()
                ? ""
                : Moments.query(text, console.clock().instant(), console.clock().getZone());
    }
}
