package io.bulkhead.layer;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// How a stream is compressed, told by its first bytes and never by a name. Decoding is in this process: no program,
/// least of all one of a container, is started for it (CVE-2026-41567).
public enum Compression {
    NONE(""),
    GZIP("1f8b"),
    ZSTD("28b52ffd"),
    XZ("fd377a585a00"),
    BZIP2("425a68");

    private static final int LONGEST = 6;
    private static final int BUFFER = 64 * 1024;

    /// `xz -9` needs 65 MiB; a header may ask for 4 GiB.
    private static final int XZ_MEMORY_KIB = 128 * 1024;

    private final String magic;

    Compression(String magic) {
        this.magic = magic;
    }

    /// Looks at the first bytes without taking them.
    public static Compression of(BufferedInputStream stream) throws IOException {
        stream.mark(LONGEST);
        byte[] head = stream.readNBytes(LONGEST);
        stream.reset();
        String hex = HexFormat.of().formatHex(head);
        for (Compression each : values()) {
            if (each != NONE && hex.startsWith(each.magic)) {
                return each;
            }
        }
        return NONE;
    }

    @SuppressWarnings("deprecation") // the builder that replaces the constructor is newer than some we compile with
    public InputStream decode(InputStream compressed) throws IOException {
        return switch (this) {
            case NONE -> compressed;
            case GZIP -> new GZIPInputStream(compressed, BUFFER);
            // The decoder itself refuses frames that want more than 128 MiB of window.
            case ZSTD -> new ZstdInputStreamNoFinalizer(compressed);
            case XZ -> new XZCompressorInputStream(compressed, true, XZ_MEMORY_KIB);
            case BZIP2 -> new BZip2CompressorInputStream(compressed, true);
        };
    }
}
