package io.bulkhead.dockerapi.container;

import io.bulkhead.image.Image;
import io.bulkhead.image.ImageConfig;
import io.bulkhead.image.ImageException;
import io.bulkhead.image.Images;
import io.bulkhead.layer.FileOwners;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// A store that holds `busybox:latest`.
final class OneImage implements Images {

    static final Image BUSYBOX = new Image(
            Digest.sha256("ab".repeat(32)),
            Digest.sha256("cd".repeat(32)),
            new ImageConfig(
                    "amd64",
                    "linux",
                    "",
                    "",
                    "",
                    List.of("PATH=/bin"),
                    List.of(),
                    List.of("sh"),
                    "",
                    Map.of(),
                    List.of("80/tcp"),
                    List.of(),
                    "",
                    List.of(),
                    List.of(),
                    false,
                    Optional.empty(),
                    List.of()),
            List.of(),
            List.of(ImageName.parse("busybox:latest")),
            List.of(),
            Instant.EPOCH,
            1000);

    @Override
    public List<Image> all() {
        return List.of(BUSYBOX);
    }

    @Override
    public Optional<Image> find(String reference) {
        boolean known =
                List.of("busybox", "busybox:latest", BUSYBOX.id().toString()).contains(reference);
        return known ? Optional.of(BUSYBOX) : Optional.empty();
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
        throw new UnsupportedOperationException();
    }

    @Override
    public FileOwners owners(Image image) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Image pull(ImageName name, Optional<String> platform, Credentials credentials, Progress progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Image importTar(InputStream tar, Optional<ImageName> name, List<String> changes, String message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Loaded> load(InputStream archive, Progress progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void save(List<String> references, OutputStream archive) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void tag(Image image, ImageName name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Removal> remove(String reference, boolean force, boolean prune, Predicate<Digest> inUse) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Pruned prune(boolean all, Predicate<Image> matches, Predicate<Digest> inUse) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
