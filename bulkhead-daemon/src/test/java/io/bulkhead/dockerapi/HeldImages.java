package io.bulkhead.dockerapi;

import io.bulkhead.image.Image;
import io.bulkhead.image.ImageConfig;
import io.bulkhead.image.ImageException;
import io.bulkhead.image.Images;
import io.bulkhead.layer.FileOwners;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Images in memory, without any bytes: names and configurations only.
public final class HeldImages implements Images {

    private final List<Image> held = new ArrayList<>();

    /// What the last pull was told.
    public Credentials credentials = new Credentials.None();

    /// What pulls and loads fail with, after they said something.
    public Optional<ImageException> failure = Optional.empty();

    /// Adds one; the id is made of `number`, and so is its age.
    public Image add(int number, Map<String, String> labels, String... tags) {
        Image image = image(
                number, labels, List.of(tags).stream().map(ImageName::parse).toList());
        held.add(image);
        return image;
    }

    private static Image image(int number, Map<String, String> labels, List<ImageName> tags) {
        var created = Instant.ofEpochSecond(1_700_000_000L + number);
        var health = new ImageConfig.Health(
                List.of("CMD", "true"), Duration.ofSeconds(5), Duration.ZERO, Duration.ZERO, Duration.ZERO, 3);
        var config = new ImageConfig(
                "amd64",
                "linux",
                "",
                "me",
                "",
                List.of("PATH=/bin"),
                List.of(),
                List.of("sh"),
                "/",
                labels,
                List.of("80/tcp"),
                List.of("/data"),
                "SIGINT",
                List.of(),
                List.of(),
                false,
                Optional.of(health),
                List.of(
                        new ImageConfig.History(Optional.of(created), "ADD file", "", "", false),
                        new ImageConfig.History(Optional.of(created), "CMD [\"sh\"]", "", "the end", true)));
        Digest id = digest(number);
        var layer = new Image.Layer(id, id, "application/vnd.oci.image.layer.v1.tar", 10, 1000);
        return new Image(id, id, config, List.of(layer), tags, List.of(), created, 1000);
    }

    private static Digest digest(int number) {
        return Digest.sha256(String.format("%064x", number));
    }

    private void replace(Image old, List<ImageName> tags) {
        held.remove(old);
        held.add(new Image(
                old.id(), old.manifest(), old.config(), old.layers(), tags, old.digests(), old.created(), old.size()));
    }

    @Override
    public List<Image> all() {
        return List.copyOf(held);
    }

    @Override
    public Optional<Image> find(String reference) {
        Optional<Image> byId = held.stream()
                .filter(i -> i.id().toString().equals(reference) || i.id().hex().startsWith(reference))
                .findFirst();
        ImageName name = ImageName.parse(reference).withDefaultTag();
        return byId.or(() -> held.stream().filter(i -> i.tags().contains(name)).findFirst());
    }

    @Override
    public Image resolve(String reference) {
        return find(reference)
                .orElseThrow(() -> new ImageException(ImageException.Reason.NOT_FOUND, "No such image: " + reference));
    }

    @Override
    public void requireWhole(Image image) {}

    @Override
    public List<Path> layerDirectories(Image image) {
        return List.of();
    }

    @Override
    public FileOwners owners(Image image) {
        return FileOwners.NONE;
    }

    @Override
    public Image pull(ImageName name, Optional<String> platform, Credentials given, Progress progress) {
        credentials = given;
        progress.update("", "Pulling from " + name.familiarRepository(), 0, 0);
        progress.update("abc", "Downloading", 5, 10);
        failure.ifPresent(f -> {
            throw f;
        });
        progress.update("", "Status: Downloaded newer image for " + name.familiar(), 0, -1);
        return find(name.toString()).orElseGet(() -> add(held.size() + 1, Map.of(), name.toString()));
    }

    @Override
    public Image importTar(InputStream tar, Optional<ImageName> name, List<String> changes, String message) {
        try {
            var labels =
                    Map.of("tar", new String(tar.readAllBytes(), StandardCharsets.UTF_8), "said", changes + message);
            Image image = image(held.size() + 1, labels, name.stream().toList());
            held.add(image);
            return image;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public List<Loaded> load(InputStream archive, Progress progress) {
        failure.ifPresent(f -> {
            throw f;
        });
        Image named = add(held.size() + 1, Map.of(), "loaded:1", "loaded:2", "known:before");
        Image nameless = add(held.size() + 1, Map.of());
        return List.of(new Loaded(named, named.tags().subList(0, 2)), new Loaded(nameless, List.of()));
    }

    @Override
    public void save(List<String> references, OutputStream archive) {
        try {
            archive.write(("archive of " + references).getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public void tag(Image image, ImageName name) {
        var tags = new ArrayList<>(image.tags());
        tags.add(name);
        replace(image, tags);
    }

    @Override
    public List<Removal> remove(String reference, boolean force, boolean prune, Predicate<Digest> inUse) {
        Image image = resolve(reference);
        if (!force && inUse.test(image.id())) {
            throw new ImageException(
                    ImageException.Reason.IN_USE, "conflict: unable to remove repository reference " + reference);
        }
        held.remove(image);
        var removals = new ArrayList<Removal>();
        image.tags().forEach(tag -> removals.add(new Removal.Untagged(tag.familiar())));
        removals.add(new Removal.Deleted(image.id()));
        return removals;
    }

    @Override
    public Pruned prune(boolean all, Predicate<Image> matches, Predicate<Digest> inUse) {
        List<Image> gone = held.stream()
                .filter(i -> (all || i.tags().isEmpty()) && matches.test(i) && !inUse.test(i.id()))
                .toList();
        held.removeAll(gone);
        List<Removal> removals =
                gone.stream().<Removal>map(i -> new Removal.Deleted(i.id())).toList();
        return new Pruned(removals, gone.size() * 1000L);
    }

    @Override
    public void close() {}
}
