package io.bulkhead.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The directory that holds everything, held by this daemon alone until closed.
final class StateRoot implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(StateRoot.class.getName());
    private static final String LOCK = "daemon.lock";

    private final FileChannel lock;

    private StateRoot(FileChannel lock) {
        this.lock = lock;
    }

    /// Makes or checks the directory and locks it.
    ///
    /// @throws StartException when somebody else could have put something there, or another daemon uses it
    static StateRoot open(Path root) {
        try {
            ownDirectory(root, "rwx------");
            return new StateRoot(locked(root));
        } catch (IOException failure) {
            throw new StartException("state root " + root + ": " + failure, failure);
        }
    }

    /// Makes or checks a directory that only root may change, and gives it its mode.
    static void ownDirectory(Path directory, String mode) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            if (directory.getParent() != null) {
                Files.createDirectories(directory.getParent());
            }
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(permissions));
        }
        var attributes = Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            throw new StartException(directory + " is a symbolic link: whoever can change it would choose where the"
                    + " containers' files are; name the directory itself");
        }
        if (!attributes.isDirectory()) {
            throw new StartException(directory + " is not a directory");
        }
        int uid = (Integer) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (uid != 0) {
            throw new StartException(
                    directory + " belongs to uid " + uid + " and must belong to root: chown root " + directory);
        }
        if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new StartException(directory + " can be written by others ("
                    + PosixFilePermissions.toString(attributes.permissions()) + "), so what is in it cannot be trusted:"
                    + " look through it, then chmod 0700 " + directory);
        }
        Files.setPosixFilePermissions(directory, permissions);
    }

    /// A lock of the kernel's, which ends with this process whatever happens; the pid in the file is for people.
    private static FileChannel locked(Path root) throws IOException {
        Path file = root.resolve(LOCK);
        var channel = FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        if (tryLock(channel) == null) {
            String holder = Files.readString(file).strip();
            channel.close();
            throw new StartException("another bulkheadd (pid " + (holder.matches("[0-9]{1,10}") ? holder : "unknown")
                    + ") uses " + root + ": stop it first, or give this one a --state of its own");
        }
        note(channel, root);
        return channel;
    }

    /// On a full disk the daemon has to start without: it is what makes room.
    private static void note(FileChannel channel, Path root) {
        try {
            channel.truncate(0);
            int _ = channel.write(
                    ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException full) {
            LOG.log(System.Logger.Level.WARNING, "the pid is not in the lock", "state", root, "reason", full);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failure) {
            throw new StartException("the lock of the state root cannot be given back", failure);
        }
    }
}
