package io.bulkhead.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;

/// Files that are on the disk whole or not at all.
public final class WholeFile {

    private static final String NEW = ".new";

    private WholeFile() {}

    /// Puts content in a file's place: written to another name beside it, which ends in `.new`, forced, renamed, and
    /// the directory forced (rename(2), fsync(2)).
    public static void replace(Path file, byte[] content) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + NEW);
        write(half, content);
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /// As [#replace], for what nobody but this process's user may read.
    public static void replacePrivate(Path file, byte[] content) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + NEW);
        // Left by a crash, perhaps by a version that let others read it.
        Files.deleteIfExists(half);
        var forOwner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel =
                FileChannel.open(half, EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), forOwner)) {
            writeAndForce(channel, content);
        }
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /// Writes a file that may be there, and forces it. It is torn if this is cut off.
    public static void write(Path file, byte[] content) throws IOException {
        write(file, content, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /// As [#write], for a file that is not there yet.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if it is
    public static void create(Path file, byte[] content) throws IOException {
        write(file, content, StandardOpenOption.CREATE_NEW);
    }

    private static void write(Path file, byte[] content, StandardOpenOption... how) throws IOException {
        var options = EnumSet.of(StandardOpenOption.WRITE, how);
        try (FileChannel channel = FileChannel.open(file, options)) {
            writeAndForce(channel, content);
        }
    }

    private static void writeAndForce(FileChannel channel, byte[] content) throws IOException {
        var bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
            int _ = channel.write(bytes);
        }
        channel.force(true);
    }

    /// Forces what names a directory has.
    public static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
