package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.create.CreateBody;
import io.bulkhead.cli.create.CreateOptions;
import io.bulkhead.cli.image.Pull;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.terminal.Tty;
import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/// Making a container: the image is fetched when it is missing, warnings go to stderr.
record NewContainer(Api api, Console console, CreateOptions options, String image, List<String> command) {

    /// @return the id
    String create(boolean detached) {
        checkPull();
        refuseExistingIdFile();
        Map<String, Object> body = CreateBody.of(options, image, command, detached, console);
        if (options.pull().equals("always")) {
            pull();
        }
        Json created = askOrPull(body);
        created.at("Warnings").items().forEach(warning -> console.err().println("WARNING: " + warning.text()));
        String id = created.at("Id").text();
        writeId(id);
        return id;
    }

    private void checkPull() {
        if (!List.of("always", "missing", "never").contains(options.pull())) {
            throw new Failure(
                    125,
                    "invalid pull option: '" + options.pull()
                            + "': must be one of \"always\", \"missing\" or \"never\"");
        }
    }

    private Json askOrPull(Map<String, Object> body) {
        try {
            return ask(body);
        } catch (ApiException refusal) {
            boolean missing = refusal.status() == 404
                    && String.valueOf(refusal.getMessage()).contains("No such image");
            if (!missing || !options.pull().equals("missing")) {
                throw refusal;
            }
        }
        if (!options.quiet()) {
            console.err().println("Unable to find image '" + Pull.withTag(image) + "' locally");
        }
        pull();
        return ask(body);
    }

    private Json ask(Map<String, Object> body) {
        String path = Query.of("/containers/create")
                .withText("name", options.name())
                .withText("platform", options.platform())
                .toString();
        return api.post(path, body);
    }

    private void pull() {
        PrintStream out = options.quiet()
                ? new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8)
                : console.err();
        Pull.image(api, console, image, options.platform(), out, Tty.is(2));
    }

    private void refuseExistingIdFile() {
        if (!options.cidfile().isEmpty() && Files.exists(Path.of(options.cidfile()))) {
            throw new Failure(
                    125,
                    "container ID file found, make sure the other container isn't running or delete "
                            + options.cidfile());
        }
    }

    private void writeId(String id) {
        if (options.cidfile().isEmpty()) {
            return;
        }
        try {
            Files.writeString(Path.of(options.cidfile()), id, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException failure) {
            throw new Failure(125, "failed to create the container ID file: " + failure);
        }
    }
}
