package io.bulkhead.checks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// A root file system small enough to make for every test run: a static busybox and the files of a few users.
final class SmallRoot implements AutoCloseable {

    static final Path BUSYBOX = Path.of("/bin/busybox");

    private static final int EXECUTABLE = 0755;
    private static final int READABLE = 0644;

    private final TarArchiveOutputStream tar;
    private final Set<Path> copied = new HashSet<>();

    private SmallRoot(OutputStream target) {
        tar = new TarArchiveOutputStream(target);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    /// With every command busybox knows, `daemon` (1), `app` (1000) in the group `extra` (2000), and nobody else.
    static void write(Path file) throws IOException {
        try (SmallRoot root = new SmallRoot(Files.newOutputStream(file))) {
            root.standard();
        }
    }

    /// One with something more or something odd in it.
    static void write(Path file, Addition addition) throws IOException {
        try (SmallRoot root = new SmallRoot(Files.newOutputStream(file))) {
            root.commands();
            addition.addTo(root);
        }
    }

    interface Addition {
        void addTo(SmallRoot root) throws IOException;
    }

    private void standard() throws IOException {
        commands();
        for (String name : new String[] {"dev", "etc", "home", "proc", "root", "sys", "var", "home/app"}) {
            directory(name);
        }
        entry(new TarArchiveEntry("tmp/"), 01777);
        file("etc/passwd", """
                root:x:0:0:root:/root:/bin/sh
                daemon:x:1:1:daemon:/:/bin/false
                app:x:1000:1000:app:/home/app:/bin/sh
                """);
        file("etc/group", """
                root:x:0:
                daemon:x:1:
                app:x:1000:
                extra:x:2000:app
                """);
    }

    private void commands() throws IOException {
        directory("bin");
        busybox(new TarArchiveEntry("bin/busybox"));
        for (String applet : Command.run(BUSYBOX.toString(), "--list").orFail().lines()) {
            if (!applet.equals("busybox")) {
                link("bin/" + applet, "busybox");
            }
        }
    }

    /// A busybox by another name whose file has a capability (capabilities(7), `VFS_CAP_REVISION_2`, effective).
    ///
    /// @param number below 31
    void capable(String name, int number) throws IOException {
        var program = new TarArchiveEntry(name);
        ByteBuffer capability = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        capability.putInt(0x0200_0001).putInt(1 << number);
        program.addPaxHeader(
                "SCHILY.xattr.security.capability", new String(capability.array(), StandardCharsets.US_ASCII));
        busybox(program);
    }

    private void busybox(TarArchiveEntry program) throws IOException {
        copy(BUSYBOX, program);
    }

    /// A program of the host under the same path, and the libraries it is linked with.
    void hostProgram(Path program) throws IOException {
        List<Path> files = Command.run("ldd", program.toString()).orFail().lines().stream()
                .flatMap(line -> Stream.of(line.strip().split(" ", -1)))
                .filter(word -> word.startsWith("/"))
                .map(Path::of)
                .toList();
        for (Path file : Stream.concat(Stream.of(program), files.stream()).toList()) {
            if (copied.add(file)) {
                copy(file, new TarArchiveEntry(file.toString().substring(1)));
            }
        }
    }

    private void copy(Path file, TarArchiveEntry entry) throws IOException {
        entry.setSize(Files.size(file));
        entry.setMode(EXECUTABLE);
        tar.putArchiveEntry(entry);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
    }

    void directory(String name) throws IOException {
        entry(new TarArchiveEntry(name + "/"), EXECUTABLE);
    }

    /// An empty file of somebody.
    void owned(String name, long uid, long gid) throws IOException {
        var file = new TarArchiveEntry(name);
        file.setUserId(uid);
        file.setGroupId(gid);
        entry(file, READABLE);
    }

    void link(String name, String target) throws IOException {
        var link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        link.setLinkName(target);
        entry(link, 0777);
    }

    void fifo(String name) throws IOException {
        entry(new TarArchiveEntry(name, TarConstants.LF_FIFO), READABLE);
    }

    void file(String name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var file = new TarArchiveEntry(name);
        file.setSize(bytes.length);
        file.setMode(READABLE);
        tar.putArchiveEntry(file);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private void entry(TarArchiveEntry entry, int mode) throws IOException {
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
