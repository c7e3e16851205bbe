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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "import", description = "Import the contents from a tarball to create a filesystem image")
public final class ImportVerb extends Verb {

    @Option(
            names = {"-c", "--change"},
            paramLabel = "INSTRUCTION",
            description = "Apply Dockerfile instruction to the created image")
    List<String> changes = new ArrayList<>();

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "Set commit message for imported image")
    String message = "";

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH",
            description = "Set platform if server is multi-platform capable")
    String platform = "";

    @Parameters(index = "0", paramLabel = "FILE|-")
    String file = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "REPOSITORY[:TAG]")
    String name = "";

    @Override
    protected int run() {
        if (file.startsWith("http://") || file.startsWith("https://")) {
            throw new Failure("the daemon fetches nothing from a URL: download it, check it, and import the file");
        }
        Query query = Query.of("/images/create").with("fromSrc", "-").withText("message", message);
        if (!name.isEmpty()) {
            String[] parts = name.contains(":") ? Pull.split(name) : new String[] {name, ""};
            query.with("repo", parts[0]).withText("tag", parts[1]);
        }
        changes.forEach(change -> query.with("changes", change));
        query.withText("platform", platform);
        var progress = new Progress(console().out(), Tty.is(1));
        try (InputStream archive = Archives.open(file, "Importing", console());
                Answer answer = api().upload(query.toString(), Map.of(), archive)) {
            Json.each(answer.body(), progress::show);
            return 0;
        } catch (IOException failure) {
            throw new Failure(Archives.problem(file, failure));
        }
    }
}
