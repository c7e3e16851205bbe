package io.bulkhead.checks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// A root file system small enough to make for every test run: a static busybox and the files of a few users.
final class SmallRoot implements AutoCloseable {

    static final Path BUSYBOX = Path.of("/bin/busybox");

    private static final int EXECUTABLE = 0755;
    private static final int READABLE = 0644;

    private final TarArchiveOutputStream tar;

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
        program.setSize(Files.size(BUSYBOX));
        program.setMode(EXECUTABLE);
        tar.putArchiveEntry(program);
        Files.copy(BUSYBOX, tar);
        tar.closeArchiveEntry();
    }

    void directory(String name) throws IOException {
        entry(new TarArchiveEntry(name + "/"), EXECUTABLE);
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
