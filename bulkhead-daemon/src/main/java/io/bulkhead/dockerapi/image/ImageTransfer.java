package io.bulkhead.dockerapi.image;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.EngineException;
import io.bulkhead.dockerapi.Announcer;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.JsonLines;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.http.Exchange;
import io.bulkhead.image.Image;
import io.bulkhead.image.Images;
import io.bulkhead.name.ImageName;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Routes by which images come and go: pull, import, load, save.
public final class ImageTransfer {

    private final Backend backend;
    private final Images images;
    private final Announcer announcer;

    public ImageTransfer(Backend backend) {
        this.backend = backend;
        this.images = backend.images();
        this.announcer = new Announcer(backend);
    }

    public List<Route> routes() {
        return List.of(
                new Route("POST", "/images/create", Operation.IMAGE_PULL, this::pull),
                new Route("POST", "/images/load", Operation.IMAGE_LOAD, this::load),
                new Route("GET", "/images/get", Operation.IMAGE_SAVE, this::saveMany),
                new Route("GET", "/images/{name...}/get", Operation.IMAGE_SAVE, this::saveOne));
    }

    /// Work that reports as it goes. What fails before the first report is told with a status; after it, in the stream.
    @FunctionalInterface
    private interface Work {
        void report(JsonLines lines) throws IOException;
    }

    private static void reporting(Call call, Work work) throws IOException {
        var lines = new JsonLines(call.exchange());
        try {
            work.report(lines);
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        } catch (RuntimeException failure) {
            lines.fail(failure);
        }
    }

    private void pull(Call call) throws IOException {
        Exchange exchange = call.exchange();
        if (Query.given(exchange, "fromSrc").isPresent()) {
            importTar(call);
            return;
        }
        ImageName name = PullName.of(Query.text(exchange, "fromImage"), Query.text(exchange, "tag"));
        Images.Credentials credentials = RegistryAuth.of(exchange);
        Optional<String> platform = Query.given(exchange, "platform");
        call.allow(named(name));
        reporting(call, lines -> {
            var progress = new PullProgress(lines);
            Image image = images.pull(name, platform, credentials, progress);
            announcer.image("pull", name.familiar(), image, name.familiarRepository());
        });
    }

    private static Target named(ImageName name) {
        return new Target.OfImage("", Set.of(name.toString()));
    }

    private void importTar(Call call) throws IOException {
        Exchange exchange = call.exchange();
        if (!Query.text(exchange, "fromSrc").equals("-")) {
            throw new EngineException(
                    EngineException.Reason.UNSUPPORTED,
                    "importing from a URL is not supported; download it and send it: curl URL | docker import -");
        }
        Optional<ImageName> name =
                Query.given(exchange, "repo").map(repo -> PullName.of(repo, Query.text(exchange, "tag")));
        List<String> changes = exchange.queryAll("changes").stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .toList();
        String message = Query.given(exchange, "message").orElse("Imported from -");
        call.allowInstead(Operation.IMAGE_IMPORT, name.map(ImageTransfer::named).orElseGet(Target::anyImage));
        reporting(call, lines -> {
            Image image = images.importTar(exchange.body(), name, changes, message);
            announcer.image("import", image.id().toString(), image, image.id().toString());
            lines.status("", image.id().toString());
        });
    }

    private void load(Call call) throws IOException {
        Exchange exchange = call.exchange();
        boolean quiet = Query.flag(exchange, "quiet");
        call.allow(Target.anyImage());
        reporting(call, lines -> {
            Images.Progress progress = quiet ? Images.Progress.none() : new PullProgress(lines);
            for (Images.Loaded each : images.load(exchange.body(), progress)) {
                Image image = each.image();
                announcer.image("load", image.id().toString(), image, image.id().toString());
                List<String> loaded = each.names().isEmpty()
                        ? List.of("Loaded image ID: " + image.id())
                        : ImageFields.familiar(each.names()).stream()
                                .map(tag -> "Loaded image: " + tag)
                                .toList();
                for (String line : loaded) {
                    lines.write(Map.of("stream", line + "\n"));
                }
            }
        });
    }

    private void saveOne(Call call) throws IOException {
        save(call, List.of(call.path("name")));
    }

    private void saveMany(Call call) throws IOException {
        save(
                call,
                call.exchange().queryAll("names").stream()
                        .flatMap(names -> Stream.of(names.split(",")))
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    private void save(Call call, List<String> references) throws IOException {
        if (references.isEmpty()) {
            throw new IllegalArgumentException("no image to save was named");
        }
        var seen = new Seen(call, backend);
        List<Image> found = references.stream().map(seen::image).toList();
        found.forEach(image -> call.allow(Seen.target(image)));
        // Not closed on failure: the client must see that the archive is cut off.
        OutputStream out = call.exchange().stream(200, "application/x-tar");
        try {
            images.save(references, out);
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
        found.forEach(image ->
                announcer.image("save", image.id().toString(), image, image.id().toString()));
    }
}
