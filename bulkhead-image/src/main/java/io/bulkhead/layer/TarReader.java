package io.bulkhead.layer;

import io.bulkhead.kernel.FileNames;
import io.bulkhead.layer.LayerException.Reason;
import io.bulkhead.name.Digest;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/// Reads a tar file, plain or compressed, entry by entry and within [LayerLimits]. For use by one thread.
public final class TarReader implements AutoCloseable {

    private static final int RECORD = 512;
    private static final int BLOCK = 20 * RECORD;
    private static final String XATTR = "SCHILY.xattr.";
    private static final Pattern PAX_TIME = Pattern.compile("-?[0-8]?[0-9]{1,9}(?:\\.[0-9]{1,20})?");

    /// More would not fit into a long of nanoseconds; it is the year 2255.
    private static final long MAX_SECONDS = 8_999_999_999L;

    private static final char REPLACED = '\uFFFD';

    /// The kernel keeps 4294967295 for "no id".
    private static final long MAX_ID = 0xFFFF_FFFEL;

    private final MeteredInput input;
    private final TarArchiveInputStream tar;
    private final LayerLimits limits;
    private long entries;
    private long contentBytes;
    private long left;

    private TarReader(MeteredInput input, LayerLimits limits) {
        this.input = input;
        this.limits = limits;
        // Not lenient: a number that cannot be read is no zero.
        this.tar = new TarArchiveInputStream(input, BLOCK, RECORD, "UTF-8", false);
    }

    /// @param archive closed with the reader
    public static TarReader open(InputStream archive, LayerLimits limits) {
        try {
            return new TarReader(MeteredInput.of(archive, limits), limits);
        } catch (IOException failure) {
            throw LayerException.reading(failure);
        }
    }

    /// The next entry; empty at the end.
    public Optional<TarHeader> next() {
        drain();
        int padding = (int) ((RECORD - input.count() % RECORD) % RECORD);
        input.beginHeader();
        TarArchiveEntry entry = nextEntry();
        byte[] taken = input.endHeader();
        if (entry == null) {
            requireWholeRecords();
            return Optional.empty();
        }
        if (++entries > limits.entries()) {
            throw new LayerException(Reason.TOO_LARGE, "the archive has more than " + limits.entries() + " entries");
        }
        TarHeader header = header(entry, PaxValues.of(taken, padding));
        account(header);
        return Optional.of(header);
    }

    /// The content of the current entry, at most once.
    ///
    /// @return the number of bytes, or -1 at its end
    public int read(byte[] chunk) {
        if (left == 0) {
            return -1;
        }
        try {
            int read = tar.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (read < 0) {
                throw new LayerException(Reason.MALFORMED, "the archive ends in the middle of an entry");
            }
            left -= read;
            return read;
        } catch (IOException failure) {
            throw LayerException.reading(failure);
        }
    }

    /// Reads what comes after the last entry, and tells the digest of the whole uncompressed archive.
    public Digest finish() {
        byte[] chunk = new byte[64 * 1024];
        try {
            while (input.read(chunk, 0, chunk.length) >= 0) {
                // only counted and digested
            }
        } catch (IOException failure) {
            throw LayerException.reading(failure);
        }
        return Digest.sha256(HexFormat.of().formatHex(input.sha256Digest()));
    }

    @Override
    public void close() {
        try {
            tar.close();
        } catch (IOException failure) {
            throw LayerException.reading(failure);
        }
    }

    /// So that all the library takes while it looks for the next entry are headers.
    private void drain() {
        byte[] chunk = new byte[8192];
        while (left > 0) {
            read(chunk);
        }
    }

    private @Nullable TarArchiveEntry nextEntry() {
        try {
            return TarArchiveEntry.class.cast(tar.getNextEntry());
        } catch (IOException failure) {
            throw LayerException.reading(failure);
        } catch (RuntimeException broken) {
            // The library answers some broken headers with whatever its arithmetic throws; all of them are broken.
            throw new LayerException(Reason.MALFORMED, "the archive has a broken header", broken);
        }
    }

    /// The library takes a header cut short for the end.
    private void requireWholeRecords() {
        if (input.count() % RECORD != 0) {
            throw new LayerException(Reason.MALFORMED, "the archive ends in the middle of a record");
        }
    }

    private void account(TarHeader header) {
        left = header.type() == TarHeader.Type.FILE ? header.size() : 0;
        // Readers differ about content of what has none, and two readings of one archive are two archives.
        if (header.size() > 0 && header.type() != TarHeader.Type.FILE && header.type() != TarHeader.Type.DIRECTORY) {
            throw new LayerException(
                    Reason.MALFORMED, shown(header.name()) + ": content in an entry that can have none");
        }
        if (header.size() < 0 || left > limits.bytes() - contentBytes) {
            throw new LayerException(
                    Reason.TOO_LARGE,
                    shown(header.name()) + ": " + header.size() + " bytes are more than the archive may hold, which is "
                            + limits.bytes());
        }
        contentBytes += left;
    }

    private static TarHeader header(TarArchiveEntry entry, PaxValues raw) {
        Map<String, byte[]> pax = raw.values();
        String name = name(entry.getName(), pax.get("path"));
        TarHeader.Type type = type(entry, raw.type());
        boolean link = type == TarHeader.Type.SYMLINK || type == TarHeader.Type.HARD_LINK;
        return new TarHeader(
                type,
                name,
                link ? name(entry.getLinkName(), pax.get("linkpath")) : "",
                entry.getMode() & 0xFFF,
                id(entry.getLongUserId(), name),
                id(entry.getLongGroupId(), name),
                entry.isSparse() ? entry.getRealSize() : entry.getSize(),
                modified(entry, pax.get("mtime")),
                entry.isSparse(),
                xattrs(pax));
    }

    private static TarHeader.Type type(TarArchiveEntry entry, byte flag) {
        return switch (flag) {
            // Before there was a type for directories, a slash at the end made one.
            case '0', 0, '7', 'S' -> entry.isDirectory() ? TarHeader.Type.DIRECTORY : TarHeader.Type.FILE;
            case '1' -> TarHeader.Type.HARD_LINK;
            case '2' -> TarHeader.Type.SYMLINK;
            case '3', '4' -> TarHeader.Type.DEVICE;
            case '5' -> TarHeader.Type.DIRECTORY;
            case '6' -> TarHeader.Type.FIFO;
            default -> TarHeader.Type.OTHER;
        };
    }

    /// Nanoseconds are in the extended header only, as `seconds.fraction`.
    private static long modified(TarArchiveEntry entry, byte @Nullable [] pax) {
        String text = pax == null ? "" : new String(pax, StandardCharsets.US_ASCII);
        if (PAX_TIME.matcher(text).matches()) {
            return new BigDecimal(text)
                    .movePointRight(9)
                    .setScale(0, RoundingMode.FLOOR)
                    .longValue();
        }
        long seconds = entry.getModTime().toInstant().getEpochSecond();
        return Math.clamp(seconds, -MAX_SECONDS, MAX_SECONDS) * 1_000_000_000L;
    }

    private static String name(String decoded, byte @Nullable [] raw) {
        if (decoded.indexOf(REPLACED) < 0) {
            return decoded;
        }
        if (raw != null) {
            return FileNames.decode(raw);
        }
        // Two such names could become one; an extended header carries them whole.
        throw new LayerException(Reason.MALFORMED, shown(decoded) + ": the name is not UTF-8");
    }

    private static long id(long id, String name) {
        if (id < 0 || id > MAX_ID) {
            throw new LayerException(Reason.MALFORMED, shown(name) + ": owner " + id + " is outside 0.." + MAX_ID);
        }
        return id;
    }

    private static Map<String, byte[]> xattrs(Map<String, byte[]> pax) {
        var xattrs = new HashMap<String, byte[]>();
        pax.forEach((key, value) -> {
            if (key.startsWith(XATTR)) {
                xattrs.put(key.substring(XATTR.length()), value);
            }
        });
        return xattrs;
    }

    static String shown(String name) {
        return "`" + Names.shown(name) + "`";
    }
}
