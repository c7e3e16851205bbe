package io.bulkhead.cli.image;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.output.Progress;
import io.bulkhead.cli.terminal.Tty;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "load", description = "Load an image from a tar archive or STDIN")
public final class LoadVerb extends Verb {

    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE",
            description = "Read from tar archive file, instead of STDIN")
    String file = "-";

    @Option(
            names = {"-q", "--quiet"},
            description = "Suppress the load output")
    boolean quiet;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Load only the given platform variant")
    String platform = "";

    @Override
    protected int run() {
        if (file.equals("-") && Tty.is(0)) {
            throw new Failure("requested load from stdin, but stdin is empty");
        }
        String path = Query.of("/images/load")
                .withFlag("quiet", quiet || !Tty.is(1))
                .withText("platform", platform)
                .toString();
        var progress = new Progress(console().out(), Tty.is(1));
        try (InputStream archive = Archives.open(file, "Loading", console());
                Answer answer = api().upload(path, Map.of(), archive)) {
            Json.each(answer.body(), progress::show);
            return 0;
        } catch (IOException failure) {
            throw new Failure(Archives.problem(file, failure));
        }
    }
}
