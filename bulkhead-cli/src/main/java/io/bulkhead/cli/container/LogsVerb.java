package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.terminal.Frames;
import io.bulkhead.cli.text.Moments;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Fetch the logs of a container")
public final class LogsVerb extends Verb {

    /// The daemon says so when the container has a terminal: one stream, no frames.
    private static final String RAW = "application/vnd.docker.raw-stream";

    @Option(
            names = {"-f", "--follow"},
            description = "Follow log output")
    boolean follow;

    @Option(
            names = {"-n", "--tail"},
            paramLabel = "LINES",
            description = "Number of lines to show from the end of the logs")
    String tail = "all";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m)")
    String since = "";

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m)")
    String until = "";

    @Option(
            names = {"-t", "--timestamps"},
            description = "Show timestamps")
    boolean timestamps;

    @Option(names = "--details", description = "Show extra details provided to logs")
    boolean details;

    @Completes(Known.CONTAINERS)
    @Parameters(index = "0", paramLabel = "CONTAINER")
    String container = "";

    @Override
    protected int run() {
        String path = Query.of(Paths.of(container, "/logs"))
                .withFlag("details", details)
                .withFlag("follow", follow)
                .withText("since", moment(since))
                .with("stderr", "1")
                .with("stdout", "1")
                .with("tail", tail)
                .withFlag("timestamps", timestamps)
                .withText("until", moment(until))
                .toString();
        try (Answer answer = api().stream("GET", path, Map.of())) {
            if (answer.contentType().startsWith(RAW)) {
                answer.body().transferTo(console().out());
            } else {
                Frames.copy(answer.body(), console().out(), console().err());
            }
            return 0;
        } catch (IOException failure) {
            throw new Failure(String.valueOf(failure.getMessage()));
        }
    }

    private String moment(String text) {
        return text.isEmpty()
                ? ""
                : Moments.query(
                        text, console().clock().instant(), console().clock().getZone());
    }
}
