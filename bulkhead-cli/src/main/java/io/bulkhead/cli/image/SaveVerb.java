package io.bulkhead.cli.image;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.output.Meter;
import io.bulkhead.cli.terminal.Tty;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "save", description = "Save one or more images to a tar archive (streamed to STDOUT by default)")
public final class SaveVerb extends Verb {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to a file, instead of STDOUT")
    String file = "";

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Save only the given platform variant")
    String platform = "";

    @Completes(Known.IMAGES)
    @Parameters(arity = "1..*", paramLabel = "IMAGE")
    List<String> images = new ArrayList<>();

    @Override
    protected int run() {
        if (file.isEmpty() && Tty.is(1)) {
            throw new Failure("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }
        Query query = Query.of("/images/get");
        images.forEach(image -> query.with("names", image));
        query.withText("platform", platform);
        try (Answer answer = api().stream("GET", query.toString(), Map.of());
                InputStream archive = Tty.is(2)
                        ? new Meter(answer.body(), "Saving", 0, console().err())
                        : answer.body()) {
            write(archive);
            return 0;
        } catch (IOException failure) {
            throw new Failure("saving failed: " + failure.getMessage());
        }
    }

    /// A file is complete or not there: half an archive looks like a whole one.
    private void write(InputStream archive) throws IOException {
        if (file.isEmpty()) {
            archive.transferTo(console().out());
            return;
        }
        Path target = Path.of(file).toAbsolutePath();
        Path directory = target.getParent() == null ? Path.of("/") : target.getParent();
        Path part = Files.createTempFile(directory, ".save-", ".part");
        try {
            Files.copy(archive, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
