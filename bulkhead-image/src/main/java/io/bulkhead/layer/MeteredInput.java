package io.bulkhead.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// The uncompressed archive as the tar reader takes it: digested, counted and bounded.
///
/// The reader below holds extended headers in memory, however long they say they are. So what it takes while it looks
/// for the next entry is bounded, and kept: values of extended headers are bytes, and it only hands out text.
final class MeteredInput extends FilterInputStream {

    private final Counted compressed;
    private final LayerLimits limits;
    private final MessageDigest digest = sha256();
    private final byte[] one = new byte[1];
    private byte[] header = new byte[1024];
    private int headerLength;
    private boolean inHeader;
    private long count;

    private MeteredInput(InputStream decoded, Counted compressed, LayerLimits limits) {
        super(decoded);
        this.compressed = compressed;
        this.limits = limits;
    }

    static MeteredInput of(InputStream archive, LayerLimits limits) throws IOException {
        var counted = new Counted(archive);
        var buffered = new java.io.BufferedInputStream(counted, 64 * 1024);
        return new MeteredInput(Compression.of(buffered).decode(buffered), counted, limits);
    }

    /// What follows, until [#endHeader], belongs to no entry's content.
    void beginHeader() {
        inHeader = true;
        headerLength = 0;
    }

    /// @return what was taken since [#beginHeader]
    byte[] endHeader() {
        inHeader = false;
        return Arrays.copyOf(header, headerLength);
    }

    long count() {
        return count;
    }

    /// Of everything taken so far.
    byte[] sha256Digest() {
        return digest.digest();
    }

    @Override
    public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read > 0) {
            count += read;
            digest.update(bytes, offset, read);
            checkSize();
            if (inHeader) {
                keep(bytes, offset, read);
            }
        }
        return read;
    }

    /// Everything has to be digested, so nothing is skipped.
    @Override
    public long skip(long wanted) throws IOException {
        byte[] chunk = new byte[Math.clamp(wanted, 0, 8192)];
        long skipped = 0;
        int read = 0;
        while (skipped < wanted && read >= 0) {
            read = read(chunk, 0, (int) Math.min(chunk.length, wanted - skipped));
            skipped += Math.max(read, 0);
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void checkSize() throws IOException {
        if (count > limits.bytes()) {
            throw new LayerException.Limit("the archive is larger than " + limits.bytes() + " bytes unpacked");
        }
        if (count > limits.ratioFreeBytes() && count / limits.ratio() > compressed.count) {
            throw new LayerException.Limit(
                    "the archive unpacks to more than " + limits.ratio() + " times its size: a decompression bomb");
        }
    }

    private void keep(byte[] bytes, int offset, int length) throws IOException {
        if (length > limits.headerBytes() - headerLength) {
            throw new LayerException.Limit(
                    "the headers of one entry are larger than " + limits.headerBytes() + " bytes");
        }
        if (headerLength + length > header.length) {
            header = Arrays.copyOf(header, Math.max(header.length * 2, headerLength + length));
        }
        System.arraycopy(bytes, offset, header, headerLength, length);
        headerLength += length;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every JDK has SHA-256", missing);
        }
    }

    private static final class Counted extends FilterInputStream {

        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = in.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = in.read(bytes, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
