package io.bulkhead.image;

import io.bulkhead.layer.FileOwners;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The images of this engine. Every failure is an [ImageException].
public interface Images extends AutoCloseable {

    List<Image> all();

    /// By id (`sha256:...`), unambiguous id prefix, name, or name with digest, in Docker's order.
    Optional<Image> find(String reference);

    /// As [#find(String)].
    ///
    /// @throws ImageException NOT_FOUND (`No such image: x`) or AMBIGUOUS
    Image resolve(String reference);

    /// Checks that every stored byte of the image is what its digest says.
    ///
    /// @throws ImageException DIGEST_MISMATCH or STORAGE, naming the blob
    void requireWhole(Image image);

    /// The unpacked layers, bottom first: directories that must never be written to.
    List<Path> layerDirectories(Image image);

    /// Whom the files of its layers belong to, as it was counted when they were unpacked; those that a layer above
    /// replaces are among them.
    FileOwners owners(Image image);

    /// Fetches an image for this machine's platform (or `platform`, as `linux/amd64`).
    Image pull(ImageName name, Optional<String> platform, Credentials credentials, Progress progress);

    /// A root file system as a tar (plain, gzip, zstd, xz or bzip2) becomes a one-layer image.
    ///
    /// @param changes Dockerfile lines such as `CMD ["sh"]`
    Image importTar(InputStream tar, Optional<ImageName> name, List<String> changes, String message);

    /// Reads a docker-archive or OCI archive, plain or compressed.
    ///
    /// @return the images it held, with the names it gave them
    List<Loaded> load(InputStream archive, Progress progress);

    /// Writes a docker-archive that is an OCI archive as well.
    void save(List<String> references, OutputStream archive);

    void tag(Image image, ImageName name);

    /// Removes a name, and the image with its last name.
    ///
    /// @param inUse ids of images that containers use
    /// @return what was done, in Docker's words
    List<Removal> remove(String reference, boolean force, boolean prune, Predicate<Digest> inUse);

    /// @param all not only those without a name
    Pruned prune(boolean all, Predicate<Image> matches, Predicate<Digest> inUse);

    @Override
    void close();

    /// One step of a removal.
    sealed interface Removal {
        record Untagged(String name) implements Removal {}

        record Deleted(Digest digest) implements Removal {}
    }

    /// @param image with all its names, also those it had before
    /// @param names those the archive gave
    record Loaded(Image image, List<ImageName> names) {
        public Loaded {
            names = List.copyOf(names);
        }
    }

    record Pruned(List<Removal> removals, long bytes) {
        public Pruned {
            removals = List.copyOf(removals);
        }
    }

    /// Says how long work goes on; `id` is a short layer id or empty.
    interface Progress {

        /// @param total bytes, negative when unknown
        void update(String id, String status, long current, long total);

        static Progress none() {
            return (_, _, _, _) -> {};
        }
    }

    /// For one registry and one call; never stored, never shown.
    sealed interface Credentials {
        record None() implements Credentials {}

        record Basic(String user, String password) implements Credentials {
            @Override
            public String toString() {
                return "Basic[hidden]";
            }
        }

        record Token(String identityToken) implements Credentials {
            @Override
            public String toString() {
                return "Token[hidden]";
            }
        }
    }
}
