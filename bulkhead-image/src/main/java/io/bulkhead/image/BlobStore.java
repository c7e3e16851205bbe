package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileChannels;
import io.bulkhead.kernel.Links;
import io.bulkhead.kernel.OpenFile;
import io.bulkhead.name.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/// Blobs by digest, `blobs/<algorithm>/<hex>`. A blob gets its name only after its bytes were digested and synced, so
/// what has a name was whole when it got it.
final class BlobStore implements AutoCloseable {

    private static final int CHUNK = 128 * 1024;

    /// What a blob's file looked like when its bytes were last read and right. A write changes the times, and the
    /// change time cannot be set back: as long as all of it is the same, the bytes are.
    private record Stamp(Map<String, Object> attributes) {}

    /// A stored blob.
    record Stored(Digest digest, long size) {}

    private final Path path;
    private final Directory temp;
    private final Map<Digest.Algorithm, Directory> directories = new EnumMap<>(Digest.Algorithm.class);
    private final Map<Digest, Stamp> verified = new ConcurrentHashMap<>();

    BlobStore(Path path, Directory blobs, Directory temp) {
        this.path = path;
        this.temp = temp;
        for (Digest.Algorithm each : Digest.Algorithm.values()) {
            directories.put(each, blobs.makeDirectories(each.ociName(), Links.REFUSE, 0700));
        }
    }

    /// Stores a blob whose digest and size are known; its bytes must have both.
    ///
    /// @param progress told the number of bytes so far
    void add(Descriptor expected, InputStream content, Reason unreadable, LongConsumer progress) {
        Digest.Algorithm algorithm = expected.digest().algorithm();
        write(algorithm, content, new Limit(expected.size(), unreadable, progress), stored -> {
            if (!stored.equals(new Stored(expected.digest(), expected.size()))) {
                throw new ImageException(
                        Reason.DIGEST_MISMATCH,
                        "blob " + expected.digest() + " of " + expected.size() + " bytes: got " + stored.digest()
                                + " of " + stored.size());
            }
        });
    }

    /// Stores a blob under the digest it turns out to have.
    ///
    /// @param lease holds the digest before the blob gets its name
    Stored add(InputStream content, long maxBytes, Leases.Lease lease, Reason unreadable) {
        return write(
                Digest.Algorithm.SHA256,
                content,
                new Limit(maxBytes, unreadable, _ -> {}),
                stored -> lease.hold(stored.digest()));
    }

    /// As [#add(InputStream, long, Leases.Lease, Reason)], for bytes at hand.
    Stored add(byte[] content, Leases.Lease lease) {
        return add(new java.io.ByteArrayInputStream(content), content.length, lease, Reason.STORAGE);
    }

    private record Limit(long bytes, Reason unreadable, LongConsumer progress) {}

    private interface Check {
        void accept(Stored stored);
    }

    private Stored write(Digest.Algorithm algorithm, InputStream content, Limit limit, Check check) {
        String beside = "blob-" + UUID.randomUUID();
        try {
            Fd file = temp.createFile(beside, 0600);
            Stored stored;
            try (OutputStream out = FileChannels.output(file)) {
                stored = copy(content, out, limit, algorithm);
                check.accept(stored);
                OpenFile.sync(file);
            }
            publish(beside, stored.digest());
            return stored;
        } catch (IOException failure) {
            throw Failures.storage("writing a blob", failure);
        } finally {
            temp.removeTree(beside);
        }
    }

    private static Stored copy(InputStream content, OutputStream out, Limit limit, Digest.Algorithm algorithm)
            throws IOException {
        MessageDigest digest = Digests.start(algorithm);
        byte[] chunk = new byte[CHUNK];
        long size = 0;
        int read = read(content, chunk, limit.unreadable());
        while (read >= 0) {
            size += read;
            if (size > limit.bytes()) {
                throw new ImageException(
                        Reason.TOO_LARGE, "a blob is larger than the " + limit.bytes() + " bytes it may have");
            }
            digest.update(chunk, 0, read);
            out.write(chunk, 0, read);
            limit.progress().accept(size);
            read = read(content, chunk, limit.unreadable());
        }
        return new Stored(Digests.end(algorithm, digest), size);
    }

    /// Failing to read is the sender's fault, failing to write the store's.
    private static int read(InputStream content, byte[] chunk, Reason unreadable) {
        try {
            return content.read(chunk);
        } catch (IOException failure) {
            throw new ImageException(unreadable, "reading a blob: " + failure.getMessage(), failure);
        }
    }

    private void publish(String beside, Digest digest) {
        Directory directory = directory(digest);
        // One that is there keeps its place: others may have it open and verified. A broken one is replaced.
        if (!directory.exists(digest.hex()) || !verifiedOrWhole(digest)) {
            temp.move(beside, directory, digest.hex());
            directory.sync();
        }
        stamp(digest).ifPresent(stamp -> verified.put(digest, stamp));
    }

    boolean has(Digest digest) {
        return directory(digest).exists(digest.hex());
    }

    InputStream open(Digest digest) {
        return FileChannels.input(directory(digest).openForRead(digest.hex(), Links.REFUSE));
    }

    byte[] read(Digest digest, int maxBytes) {
        return directory(digest)
                .readRegularFile(digest.hex(), Links.REFUSE, maxBytes)
                .orElseThrow(() -> missing(digest));
    }

    long size(Digest digest) {
        return directory(digest).stat(digest.hex()).size();
    }

    /// Checks that the blob is there and its bytes are what its digest says: by reading it once, then by [Stamp].
    void requireWhole(Digest digest) {
        Stamp stamp = stamp(digest).orElseThrow(() -> missing(digest));
        if (!stamp.equals(verified.get(digest))) {
            if (!isWhole(digest)) {
                throw new ImageException(
                        Reason.DIGEST_MISMATCH, "the stored blob " + digest + " is not what its digest says");
            }
            // The stamp from before the reading: a change during it shows the next time.
            verified.put(digest, stamp);
        }
    }

    private boolean verifiedOrWhole(Digest digest) {
        Optional<Stamp> stamp = stamp(digest);
        return stamp.isPresent() && (stamp.get().equals(verified.get(digest)) || isWhole(digest));
    }

    private boolean isWhole(Digest digest) {
        MessageDigest actual = Digests.start(digest.algorithm());
        byte[] chunk = new byte[CHUNK];
        try (InputStream content = open(digest)) {
            int read = content.read(chunk);
            while (read >= 0) {
                actual.update(chunk, 0, read);
                read = content.read(chunk);
            }
        } catch (IOException failure) {
            throw Failures.storage("reading blob " + digest, failure);
        }
        return Digests.end(digest.algorithm(), actual).equals(digest);
    }

    private Optional<Stamp> stamp(Digest digest) {
        Path file = path.resolve(digest.algorithm().ociName()).resolve(digest.hex());
        try {
            return Optional.of(new Stamp(Files.readAttributes(file, "unix:ino,size,lastModifiedTime,ctime")));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException failure) {
            throw Failures.storage("looking at blob " + digest, failure);
        }
    }

    void remove(Digest digest) {
        verified.remove(digest);
        directory(digest).removeTree(digest.hex());
    }

    Set<Digest> all() {
        var all = new HashSet<Digest>();
        directories.forEach((algorithm, directory) -> {
            for (String name : directory.list()) {
                Digest.tryParse(algorithm.ociName() + ":" + name).ifPresent(all::add);
            }
        });
        return all;
    }

    private Directory directory(Digest digest) {
        return java.util.Objects.requireNonNull(directories.get(digest.algorithm()));
    }

    private static ImageException missing(Digest digest) {
        return new ImageException(Reason.STORAGE, "the blob " + digest + " is missing from the store");
    }

    @Override
    public void close() {
        directories.values().forEach(Directory::close);
    }
}
