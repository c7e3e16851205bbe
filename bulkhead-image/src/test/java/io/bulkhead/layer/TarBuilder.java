package io.bulkhead.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Makes tar files that no honest program makes.
public final class TarBuilder {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    public TarBuilder() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    public TarBuilder file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8), _ -> {});
    }

    public TarBuilder file(String name, byte[] content, Consumer<TarArchiveEntry> more) {
        return add(entry(name, TarConstants.LF_NORMAL), content, more);
    }

    public TarBuilder directory(String name) {
        return add(entry(name + "/", TarConstants.LF_DIR), new byte[0], e -> e.setMode(0755));
    }

    public TarBuilder symlink(String name, String target) {
        return add(entry(name, TarConstants.LF_SYMLINK), new byte[0], e -> e.setLinkName(target));
    }

    public TarBuilder hardLink(String name, String target) {
        return add(entry(name, TarConstants.LF_LINK), new byte[0], e -> e.setLinkName(target));
    }

    public TarBuilder node(String name, byte type, int major, int minor) {
        return add(entry(name, type), new byte[0], e -> {
            e.setDevMajor(major);
            e.setDevMinor(minor);
        });
    }

    public TarBuilder add(TarArchiveEntry entry, byte[] content, Consumer<TarArchiveEntry> more) {
        try {
            entry.setSize(content.length);
            entry.setMode(0644);
            entry.setLastModifiedTime(FileTime.fromMillis(1_000_000));
            more.accept(entry);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static TarArchiveEntry entry(String name, byte type) {
        return new TarArchiveEntry(name, type, true);
    }

    public byte[] bytes() {
        try {
            tar.finish();
            tar.flush();
            return bytes.toByteArray();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public byte[] gzip() {
        return gzip(bytes());
    }

    public static byte[] gzip(byte[] plain) {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(plain);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return compressed.toByteArray();
    }
}
