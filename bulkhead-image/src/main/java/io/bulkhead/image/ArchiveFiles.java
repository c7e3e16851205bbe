package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.layer.LayerLimits;
import io.bulkhead.layer.TarHeader;
import io.bulkhead.layer.TarReader;
import io.bulkhead.name.Digest;
import io.bulkhead.name.Names;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The files of an image archive. Each is stored as a blob under its digest as it comes, in whatever order; the names
/// of
/// the archive stay in memory, so that they can be anything without leading anywhere.
final class ArchiveFiles {

    /// Images have a few files for each layer; the archive itself is not unpacked.
    private static final LayerLimits LIMITS =
            new LayerLimits(4 * Workshop.MAX_BLOB, 20_000, 1 << 20, 0, 250, 256 << 20);

    private static final int MAX_LINKS = 8;

    private final BlobStore blobs;
    private final Map<String, BlobStore.Stored> files = new HashMap<>();

    /// Old versions of Docker wrote a layer that comes twice as a link.
    private final Map<String, String> links = new HashMap<>();

    private ArchiveFiles(BlobStore blobs) {
        this.blobs = blobs;
    }

    static ArchiveFiles read(InputStream archive, BlobStore blobs, Leases.Lease lease) {
        var files = new ArchiveFiles(blobs);
        Failures.told("image archive", () -> {
            try (TarReader tar = TarReader.open(archive, LIMITS)) {
                Optional<TarHeader> header = tar.next();
                while (header.isPresent()) {
                    files.take(header.get(), tar, lease);
                    header = tar.next();
                }
                tar.finish();
            }
        });
        return files;
    }

    private void take(TarHeader header, TarReader tar, Leases.Lease lease) {
        String name = normal(header.name());
        switch (header.type()) {
            case FILE -> files.put(name, blobs.add(new EntryInput(tar), Workshop.MAX_BLOB, lease, Reason.MALFORMED));
            case HARD_LINK -> links.put(name, normal(header.link()));
            case SYMLINK -> links.put(name, normal(parent(name) + "/" + header.link()));
            case DIRECTORY, FIFO, DEVICE, OTHER -> {
                // nothing an image could be made of
            }
        }
    }

    boolean has(String name) {
        return find(name).isPresent();
    }

    Optional<BlobStore.Stored> find(String name) {
        String at = normal(name);
        for (int i = 0; i < MAX_LINKS && !files.containsKey(at) && links.containsKey(at); i++) {
            at = links.get(at);
        }
        return Optional.ofNullable(files.get(at));
    }

    BlobStore.Stored require(String name) {
        return find(name)
                .orElseThrow(() -> new ImageException(
                        Reason.MALFORMED, "the archive lacks `" + Names.shown(name) + "`, which it speaks of"));
    }

    /// The blob of an OCI layout, which has to be what it is called.
    BlobStore.Stored require(Descriptor descriptor) {
        Digest digest = descriptor.digest();
        BlobStore.Stored stored = require("blobs/" + digest.algorithm().ociName() + "/" + digest.hex());
        if (!stored.equals(new BlobStore.Stored(digest, descriptor.size()))) {
            throw new ImageException(
                    Reason.DIGEST_MISMATCH,
                    "the archive's blob " + digest + " of " + descriptor.size() + " bytes is " + stored.digest()
                            + " of " + stored.size());
        }
        return stored;
    }

    byte[] bytes(BlobStore.Stored stored, int maxBytes) {
        if (stored.size() > maxBytes) {
            throw new ImageException(
                    Reason.TOO_LARGE, "a document of " + stored.size() + " bytes in the archive, at most " + maxBytes);
        }
        return blobs.read(stored.digest(), maxBytes);
    }

    private static String parent(String name) {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    private static String normal(String name) {
        Deque<String> components = new ArrayDeque<>();
        for (String component : name.split("/", -1)) {
            if (component.equals("..")) {
                components.pollLast();
            } else if (!component.isEmpty() && !component.equals(".")) {
                components.addLast(component);
            }
        }
        return String.join("/", components);
    }

    /// The content of the entry the reader stands at.
    private static final class EntryInput extends InputStream {

        private final TarReader tar;
        private final byte[] one = new byte[1];

        EntryInput(TarReader tar) {
            this.tar = tar;
        }

        @Override
        public int read() {
            return tar.read(one) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (offset == 0 && length == bytes.length) {
                return tar.read(bytes);
            }
            byte[] chunk = new byte[length];
            int read = tar.read(chunk);
            System.arraycopy(chunk, 0, bytes, offset, Math.max(read, 0));
            return read;
        }
    }
}
