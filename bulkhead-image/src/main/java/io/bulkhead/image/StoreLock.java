package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// One process has the store open: at start it sweeps what it takes for left behind. The kernel drops the lock of a
/// process that dies.
final class StoreLock implements AutoCloseable {

    private final FileChannel file;

    private StoreLock(FileChannel file) {
        this.file = file;
    }

    static StoreLock take(Path root) {
        try {
            FileChannel file =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(file) == null) {
                file.close();
                throw new ImageException(Reason.STORAGE, "the image store " + root + " is open in another process");
            }
            return new StoreLock(file);
        } catch (IOException failure) {
            throw Failures.storage("locking the image store", failure);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException failure) {
            throw Failures.storage("unlocking the image store", failure);
        }
    }
}
