package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// Ways of opening a file that never run into a link, a fifo or a device by surprise.
final class Opening {

    static final int NO_XDEV = 0x01;
    private static final int HOW_SIZE = 24;

    /// The kernel answers EAGAIN when a rename or mount anywhere raced with an in-root walk that met `..`. A hostile
    /// container can cause that on purpose, so there is an end to it.
    private static final int ATTEMPTS = 64;

    private Opening() {}

    /// openat2(2): the result or minus the errno.
    static long openat2(int directory, String path, int flags, int mode, int resolve) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(HOW_SIZE, 8);
            how.set(ValueLayout.JAVA_LONG, 0, Integer.toUnsignedLong(flags | Sys.O_CLOEXEC));
            how.set(ValueLayout.JAVA_LONG, 8, mode);
            how.set(ValueLayout.JAVA_LONG, 16, resolve);
            long name = Calls.text(arena, path.isEmpty() ? "." : path).address();
            long result = -Errno.EAGAIN;
            for (int i = 0; i < ATTEMPTS && (result == -Errno.EAGAIN || result == -Errno.EINTR); i++) {
                result = Calls.syscall(Sys.OPENAT2, directory, name, how.address(), HOW_SIZE);
            }
            return result;
        }
    }

    static Fd open(int directory, String path, int flags, int resolve) {
        return new Fd((int) Calls.check(openat2(directory, path, flags, 0, resolve), "open", path));
    }

    /// Opens a path of the host. The last name may be anything but a symbolic link.
    /// @throws KernelException (ELOOP) for a link: whoever has a link resolves and judges it first
    static Fd pin(Path path) {
        Fd pinned = pathOnly(path, Sys.O_NOFOLLOW);
        if (FileStat.of(pinned).type() == FileType.SYMLINK) {
            pinned.close();
            throw new KernelException("open " + path, Errno.ELOOP);
        }
        return pinned;
    }

    static Fd pathOnly(Path path, int flags) {
        return plain(path, Sys.O_PATH | flags);
    }

    static Fd plain(Path path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            long name = Calls.text(arena, path.toString()).address();
            long result = Calls.restarting(Sys.OPENAT, Sys.AT_FDCWD, name, flags | Sys.O_CLOEXEC, 0);
            return new Fd((int) Calls.check(result, "open", path.toString()));
        }
    }

    /// Opens for reading what `pinned` stands for, after looking at it: opening a fifo could block, and opening a
    /// device can do things, so only a regular file of a real file system is opened (CVE-2024-9676).
    static Fd regular(Fd pinned, String path) {
        FileType type = FileStat.of(pinned).type();
        if (type != FileType.REGULAR) {
            throw new KernelException(
                    "open " + FileNames.printable(path) + ", a " + type + " and not a regular file", Errno.EINVAL);
        }
        if (FileSystems.pseudo(pinned)) {
            throw new KernelException(
                    "open " + FileNames.printable(path) + ", which the kernel makes up", Errno.EINVAL);
        }
        return plain(self(pinned), Sys.O_RDONLY | Sys.O_NONBLOCK | Sys.O_NOCTTY);
    }

    /// The magic link by which this process opens exactly the pinned file again.
    static Path self(Fd pinned) {
        return Path.of("/proc/self/fd/" + pinned.number());
    }
}
