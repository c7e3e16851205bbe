package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// The calls that work on one name in a pinned directory.
final class Entries {

    private static final int PERMISSIONS = 0xFFF;
    private static final int PATH_MAX = 4096;

    private final Fd directory;

    Entries(Fd directory) {
        this.directory = directory;
    }

    /// @throws KernelException (EINVAL) unless `name` is one component
    static String name(String name) {
        if (name.isEmpty() || ".".equals(name) || "..".equals(name) || name.indexOf('/') >= 0) {
            throw new KernelException("`" + FileNames.printable(name) + "` is not one name", Errno.EINVAL);
        }
        return name;
    }

    /// As [#name], but `.` is the directory itself.
    static String entry(String name) {
        return ".".equals(name) ? name : name(name);
    }

    Fd createFile(String name, int mode) {
        int flags = Sys.O_WRONLY | Sys.O_CREAT | Sys.O_EXCL | Sys.O_NOFOLLOW | Sys.O_NOCTTY;
        int permissions = mode & PERMISSIONS;
        long made = Opening.openat2(directory.number(), name(name), flags, permissions, Links.REFUSE.resolve());
        Fd file = new Fd((int) Calls.check(made, "create", name));
        // The umask took bits away.
        Calls.check(Calls.syscall(Sys.FCHMOD, file.number(), permissions), "fchmod", name);
        return file;
    }

    void makeDirectory(String name, int mode) {
        makeDirectory(directory, name(name), mode).close();
    }

    /// Makes one directory with exactly this mode and pins it.
    private static Fd makeDirectory(Fd parent, String name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            long path = Calls.text(arena, name).address();
            Calls.check(Calls.syscall(Sys.MKDIRAT, parent.number(), path, mode & PERMISSIONS), "mkdir", name);
        }
        Fd made = Opening.open(parent.number(), name, Sys.O_DIRECTORY, Links.REFUSE.resolve());
        Calls.check(Calls.syscall(Sys.FCHMOD, made.number(), mode & PERMISSIONS), "fchmod", name);
        return made;
    }

    /// Each step resolves the whole path so far, because a link on it may start at the root again.
    Fd makeDirectories(String relative, Links links, int mode) {
        Fd reached = Opening.open(directory.number(), ".", Sys.O_DIRECTORY, links.resolve());
        var path = new StringBuilder();
        for (String component : components(relative)) {
            path.append(path.isEmpty() ? "" : "/").append(component);
            try (Fd parent = reached) {
                reached = openOrMake(parent, path.toString(), component, links, mode);
            }
        }
        return reached;
    }

    private Fd openOrMake(Fd parent, String path, String component, Links links, int mode) {
        long found = Opening.openat2(directory.number(), path, Sys.O_DIRECTORY, 0, links.resolve());
        if (found != -Errno.ENOENT) {
            return new Fd((int) Calls.check(found, "open", path));
        }
        try {
            return makeDirectory(parent, component, mode);
        } catch (KernelException raced) {
            if (raced.errno() != Errno.EEXIST) {
                throw raced;
            }
            return Opening.open(directory.number(), path, Sys.O_DIRECTORY, links.resolve());
        }
    }

    private static List<String> components(String relative) {
        var components = new ArrayList<String>();
        for (String component : relative.split("/", -1)) {
            if (!component.isEmpty()) {
                components.add(component);
            }
        }
        return components;
    }

    void symlink(String target, String name) {
        try (Arena arena = Arena.ofConfined()) {
            long text = Calls.text(arena, target).address();
            long path = Calls.text(arena, name(name)).address();
            Calls.check(Calls.syscall(Sys.SYMLINKAT, text, directory.number(), path), "symlink", name);
        }
    }

    void hardLink(Fd root, String existingRelative, String name) {
        int slash = existingRelative.lastIndexOf('/');
        String parent = slash < 0 ? "." : existingRelative.substring(0, slash + 1);
        String last = name(existingRelative.substring(slash + 1));
        try (Arena arena = Arena.ofConfined();
                Fd from = Opening.open(root.number(), parent, Sys.O_PATH | Sys.O_DIRECTORY, Links.REFUSE.resolve())) {
            long existing = Calls.text(arena, last).address();
            long path = Calls.text(arena, name(name)).address();
            long result = Calls.syscall(Sys.LINKAT, from.number(), existing, directory.number(), path, 0);
            Calls.check(result, "link", existingRelative);
        }
    }

    void makeNode(String name, FileType type, int mode, int major, int minor) {
        if (type == FileType.DIRECTORY || type == FileType.SYMLINK) {
            throw new IllegalArgumentException("mknod makes no " + type);
        }
        if ((major & ~0xFFF) != 0 || (minor & ~0xF_FFFF) != 0) {
            // Without the bits that do not fit it would be another device.
            throw new KernelException("mknod: there is no device " + major + ":" + minor, Errno.EINVAL);
        }
        // new_encode_dev() of the kernel: the 32-bit form mknodat takes.
        long device = (minor & 0xFFL) | (major & 0xFFFL) << 8 | (minor & 0xFFF00L) << 12;
        try (Arena arena = Arena.ofConfined()) {
            long path = Calls.text(arena, name(name)).address();
            int bits = type.bits() | (mode & PERMISSIONS);
            Calls.check(Calls.syscall(Sys.MKNODAT, directory.number(), path, bits, device), "mknod", name);
        }
        changeMode(name, mode);
    }

    void rename(String from, String to) {
        move(from, directory, to);
    }

    void move(String from, Fd target, String to) {
        try (Arena arena = Arena.ofConfined()) {
            long old = Calls.text(arena, name(from)).address();
            long path = Calls.text(arena, name(to)).address();
            long result = Calls.syscall(Sys.RENAMEAT2, directory.number(), old, target.number(), path, 0);
            Calls.check(result, "rename", from);
        }
    }

    void changeOwner(String name, long uid, long gid) {
        OpenFile.requireIds(uid, gid);
        try (Arena arena = Arena.ofConfined()) {
            long path = Calls.text(arena, entry(name)).address();
            int flags = Sys.AT_SYMLINK_NOFOLLOW;
            Calls.check(Calls.syscall(Sys.FCHOWNAT, directory.number(), path, uid, gid, flags), "chown", name);
        }
    }

    void changeMode(String name, int mode) {
        try (Arena arena = Arena.ofConfined();
                Fd file = Opening.open(directory.number(), entry(name), Sys.O_PATH | Sys.O_NOFOLLOW, 0)) {
            if (FileStat.of(file).type() == FileType.SYMLINK) {
                throw new KernelException("chmod " + FileNames.printable(name), Errno.EOPNOTSUPP);
            }
            long path = Calls.text(arena, Opening.self(file).toString()).address();
            Calls.check(Calls.syscall(Sys.FCHMODAT, Sys.AT_FDCWD, path, mode & PERMISSIONS), "chmod", name);
        }
    }

    void setTimes(String name, long atimeNs, long mtimeNs) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment times = OpenFile.times(arena, atimeNs, mtimeNs);
            long path = Calls.text(arena, entry(name)).address();
            long result =
                    Calls.syscall(Sys.UTIMENSAT, directory.number(), path, times.address(), Sys.AT_SYMLINK_NOFOLLOW);
            Calls.check(result, "utimensat", name);
        }
    }

    boolean exists(String name) {
        try {
            return FileStat.at(directory.number(), name(name), 0).links() >= 0;
        } catch (KernelException missing) {
            if (missing.errno() == Errno.ENOENT) {
                return false;
            }
            throw missing;
        }
    }

    void unlink(String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            long path = Calls.text(arena, name(name)).address();
            Calls.check(Calls.syscall(Sys.UNLINKAT, directory.number(), path, flags), "unlink", name);
        }
    }

    String readLink(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(PATH_MAX);
            long path = Calls.text(arena, name(name)).address();
            long result = Calls.syscall(Sys.READLINKAT, directory.number(), path, target.address(), PATH_MAX);
            long length = Calls.check(result, "readlink", name);
            return FileNames.decode(target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
