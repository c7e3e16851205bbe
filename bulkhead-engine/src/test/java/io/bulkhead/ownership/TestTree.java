package io.bulkhead.ownership;

import io.bulkhead.kernel.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A file system of some kind with a tree in it. Nothing of it stays.
final class TestTree implements AutoCloseable {

    private final Path mount;

    private TestTree(Path mount) {
        this.mount = mount;
    }

    /// @param kind `tmpfs`, or what `mkfs.KIND` makes in a loop image
    static TestTree on(String kind, Path temp) {
        try {
            Path mount = Files.createDirectory(temp.resolve(kind));
            if (kind.equals("tmpfs")) {
                Mounts.tmpfs(mount, "size=64m,mode=755");
            } else {
                Path image = temp.resolve(kind + ".img");
                run("truncate", "-s", "320M", image.toString());
                run("mkfs." + kind, "-q", image.toString());
                run("mount", "-o", "loop", image.toString(), mount.toString());
            }
            return new TestTree(mount);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static boolean available(String kind) {
        return kind.equals("tmpfs")
                || Stream.of("/sbin", "/usr/sbin").anyMatch(in -> Files.isExecutable(Path.of(in, "mkfs." + kind)));
    }

    /// Directories with files, links, a fifo and a file with two names; owned by several.
    Path fill() throws IOException {
        Path tree = Files.createDirectory(mount.resolve("tree"));
        for (int d = 0; d < 30; d++) {
            Path directory = Files.createDirectories(tree.resolve("d" + d % 3).resolve("e" + d));
            for (int f = 0; f < 40; f++) {
                Path file = Files.writeString(directory.resolve("f" + f), "x");
                own(file, 10 + f, 20 + d);
            }
        }
        Files.createSymbolicLink(tree.resolve("out"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(tree.resolve("outdir"), Path.of("/etc"));
        run("mkfifo", tree.resolve("fifo").toString());
        Files.createLink(tree.resolve("second"), Files.writeString(tree.resolve("d0/first"), "linked"));
        return tree;
    }

    Path mount() {
        return mount;
    }

    static void own(Path file, int uid, int gid) throws IOException {
        Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(file, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }

    static String owner(Path file) {
        try {
            return Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS) + ":"
                    + Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Map<String, String> owners(Path tree) throws IOException {
        var owners = new TreeMap<String, String>();
        try (Stream<Path> files = Files.walk(tree)) {
            files.forEach(file -> owners.put(tree.relativize(file).toString(), owner(file)));
        }
        return owners;
    }

    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        Mounts.detach(mount);
    }
}
