package io.bulkhead.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/// The socket's name in the file system. It appears with its final mode and group: it is made in a directory only
/// root can enter and moved into place, so that nobody can connect in between.
final class SocketFile {

    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private final Config.Socket socket;
    private final Path nursery;

    private SocketFile(Config.Socket socket, Path nursery) {
        this.socket = socket;
        this.nursery = nursery;
    }

    /// @throws StartException when somebody listens there, or something that is no socket is in the way
    static SocketFile prepare(Config.Socket socket) throws IOException {
        Path directory = Objects.requireNonNull(socket.path().getParent(), "an absolute path of a file has a parent");
        Files.createDirectories(directory);
        requireUnused(socket.path());
        Path nursery = Files.createTempDirectory(
                directory, ".s", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new SocketFile(socket, nursery);
    }

    /// Where to listen until [#show].
    Path hidden() {
        return nursery.resolve("s");
    }

    /// Moves the socket into place.
    Shown show() throws IOException {
        Path hidden = hidden();
        if (socket.group().isPresent()) {
            Files.getFileAttributeView(hidden, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setGroup(group(socket.group().get()));
        }
        Files.setPosixFilePermissions(hidden, permissions(socket.mode()));
        Object key = key(hidden);
        Files.move(hidden, socket.path(), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(nursery);
        return new Shown(socket.path(), key);
    }

    /// Takes the hidden one away after a failure.
    void discard() throws IOException {
        Files.deleteIfExists(hidden());
        Files.deleteIfExists(nursery);
    }

    /// A socket in its place.
    record Shown(Path path, Object key) {

        /// Removes it unless somebody has put another one there.
        void remove() throws IOException {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && SocketFile.key(path).equals(key)) {
                Files.delete(path);
            }
        }
    }

    private static Object key(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    private static void requireUnused(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & S_IFMT) != S_IFSOCK) {
            throw new StartException(path + " exists and is not a socket: move it away, or set socket.path");
        }
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException refused) {
            // Left over by a daemon that was killed: the new one takes its place.
            return;
        }
        throw new StartException("somebody listens on " + path + " already: stop that server, or set socket.path");
    }

    private static GroupPrincipal group(String name) throws IOException {
        try {
            return Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new StartException("socket.group: there is no group `" + name + "`", unknown);
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int bit = 0; bit < all.length; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                permissions.add(all[bit]);
            }
        }
        return permissions;
    }
}
