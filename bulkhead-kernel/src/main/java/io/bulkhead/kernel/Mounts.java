package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Mounts of this process's mount namespace, which the launcher keeps apart from the host's.
///
/// Sources and targets are pinned before anything is mounted and their last name may not be a symbolic link
/// ([KernelException] ELOOP), so that nobody can swap them in between. Where a directory on the way is in somebody
/// else's hands, pin it with [Directory] and use the variants that take a descriptor.
public final class Mounts {

    private static final int OPEN_TREE_CLONE = 1;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    private static final int ATTR_IDMAP = 0x0010_0000;
    private static final int ATTR_SIZE = 32;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    private Mounts() {}

    /// A copy of the mount at `source` that is attached nowhere, without what is mounted below it, on which owners
    /// appear as the user namespace maps them. It is private, nosuid and nodev: a set-id file written through it by
    /// container root would belong to host root.
    public static Fd idmappedClone(Path source, Fd userNamespace, boolean readOnly) {
        try (Fd pinned = Opening.pin(source)) {
            return idmappedClone(pinned, userNamespace, readOnly);
        }
    }

    public static Fd idmappedClone(Fd source, Fd userNamespace, boolean readOnly) {
        var flags = EnumSet.of(MountFlag.NO_SUID, MountFlag.NO_DEV);
        if (readOnly) {
            flags.add(MountFlag.READ_ONLY);
        }
        Fd tree = clone(source, false);
        try {
            long set = ATTR_IDMAP | MountFlag.bits(flags);
            setAttributes(tree, Sys.AT_EMPTY_PATH, set, Propagation.PRIVATE.bit(), userNamespace.number());
            return tree;
        } catch (KernelException refused) {
            tree.close();
            throw refused;
        }
    }

    /// A copy of the mount `source` lies on, rooted there and attached nowhere.
    public static Fd clone(Fd source, boolean recursive) {
        int flags = OPEN_TREE_CLONE | Sys.O_CLOEXEC | Sys.AT_EMPTY_PATH | (recursive ? Sys.AT_RECURSIVE : 0);
        try (Arena arena = Arena.ofConfined()) {
            long empty = Calls.text(arena, "").address();
            return new Fd((int) Calls.check(Calls.syscall(Sys.OPEN_TREE, source.number(), empty, flags), "open_tree"));
        }
    }

    public static void attach(Fd tree, Path target) {
        try (Fd pinned = Opening.pin(target)) {
            attach(tree, pinned);
        }
    }

    public static void attach(Fd tree, Fd target) {
        int flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
        try (Arena arena = Arena.ofConfined()) {
            long empty = Calls.text(arena, "").address();
            long result = Calls.syscall(Sys.MOVE_MOUNT, tree.number(), empty, target.number(), empty, flags);
            Calls.check(result, "move_mount");
        }
    }

    /// An overlay whose changes go to `upper`. `work` is an empty directory on the same file system.
    /// @param extraOptions further options, comma-separated; empty for none
    public static void overlay(List<Path> lowersTopFirst, Path upper, Path work, Path target, String extraOptions) {
        var writable = new ArrayList<>(lowersTopFirst);
        writable.add(upper);
        writable.add(work);
        try (var paths = OverlayPaths.of(writable)) {
            int lowers = lowersTopFirst.size();
            String options = "lowerdir=" + paths.joined(lowers) + ",upperdir=" + paths.text(lowers) + ",workdir="
                    + paths.text(lowers + 1);
            mount("overlay", "overlay", target, 0, withExtra(options, extraOptions));
        }
    }

    /// An overlay nobody can write to. The kernel wants two lowers at least; give an empty directory as the second.
    public static void overlayReadOnly(List<Path> lowersTopFirst, Path target, String extraOptions) {
        try (var paths = OverlayPaths.of(lowersTopFirst)) {
            String options = "lowerdir=" + paths.joined(lowersTopFirst.size());
            int readOnly = MountFlag.bits(Set.of(MountFlag.READ_ONLY));
            mount("overlay", "overlay", target, readOnly, withExtra(options, extraOptions));
        }
    }

    private static String withExtra(String options, String extra) {
        return extra.isEmpty() ? options : options + "," + extra;
    }

    public static void bind(Path source, Path target, boolean recursive) {
        try (Fd from = Opening.pin(source);
                Fd tree = clone(from, recursive)) {
            attach(tree, target);
        }
    }

    /// Forbids more on a mount; what is forbidden already stays so.
    public static void remount(Path mount, Set<MountFlag> flags) {
        try (Fd pinned = Opening.pin(mount)) {
            setAttributes(pinned, Sys.AT_EMPTY_PATH, MountFlag.bits(flags), 0, 0);
        }
    }

    /// As [#remount], for the mount and every mount below it.
    public static void remountTree(Path mount, Set<MountFlag> flags) {
        try (Fd pinned = Opening.pin(mount)) {
            setAttributes(pinned, Sys.AT_EMPTY_PATH | Sys.AT_RECURSIVE, MountFlag.bits(flags), 0, 0);
        }
    }

    /// Forbids more on a tree that is attached nowhere yet ([#clone]), so that nobody ever sees it without.
    public static void restrict(Fd tree, Set<MountFlag> flags) {
        setAttributes(tree, Sys.AT_EMPTY_PATH | Sys.AT_RECURSIVE, MountFlag.bits(flags), 0, 0);
    }

    /// As [#restrict], for what passes between it and its peers: a clone of a shared mount starts as shared.
    public static void setPropagation(Fd tree, Propagation propagation) {
        setAttributes(tree, Sys.AT_EMPTY_PATH | Sys.AT_RECURSIVE, 0, propagation.bit(), 0);
    }

    public static void setPropagation(Path mount, Propagation propagation, boolean recursive) {
        try (Fd pinned = Opening.pin(mount)) {
            int flags = Sys.AT_EMPTY_PATH | (recursive ? Sys.AT_RECURSIVE : 0);
            setAttributes(pinned, flags, 0, propagation.bit(), 0);
        }
    }

    /// @param options such as `size=64m,mode=755,nosuid,nodev`
    public static void tmpfs(Path target, String options) {
        var flags = EnumSet.noneOf(MountFlag.class);
        var data = new ArrayList<String>();
        for (String option : options.split(",", -1)) {
            MountFlag.ofOption(option).ifPresentOrElse(flags::add, () -> {
                if (!option.isEmpty()) {
                    data.add(option);
                }
            });
        }
        mount("tmpfs", "tmpfs", target, MountFlag.bits(flags), String.join(",", data));
    }

    /// Takes the topmost mount at `target` away; it goes for good once nobody uses it. Not mounted, or not there, is
    /// fine.
    public static void detach(Path target) {
        try (Arena arena = Arena.ofConfined()) {
            long path = Calls.text(arena, target.toString()).address();
            long result = Calls.syscall(Sys.UMOUNT2, path, MNT_DETACH | UMOUNT_NOFOLLOW);
            if (result != -Errno.EINVAL && result != -Errno.ENOENT) {
                Calls.check(result, "umount", target.toString());
            }
        }
    }

    /// Whether a directory can be shown with other owners: tried, since no list of file systems stays right.
    public static boolean idmapSupported(Path directory) {
        return IdmapProbe.supported(directory);
    }

    /// As [#idmapSupported(Path)], tried with a user namespace that is there already.
    public static boolean idmapSupported(Fd directory, Fd userNamespace) {
        return IdmapProbe.tried(directory, userNamespace);
    }

    private static void mount(String type, String source, Path target, int flags, String options) {
        try (Arena arena = Arena.ofConfined();
                Fd pinned = Opening.pin(target)) {
            long result = Calls.syscall(
                    Sys.MOUNT,
                    Calls.text(arena, source).address(),
                    Calls.text(arena, Opening.self(pinned).toString()).address(),
                    Calls.text(arena, type).address(),
                    flags,
                    Calls.text(arena, options).address());
            Calls.check(result, "mount " + type + " (" + FileNames.printable(options) + ") on", target.toString());
        }
    }

    private static void setAttributes(Fd mount, int flags, long set, long propagation, long userNamespace) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTR_SIZE, 8);
            attributes.setAtIndex(ValueLayout.JAVA_LONG, 0, set);
            attributes.setAtIndex(ValueLayout.JAVA_LONG, 2, propagation);
            attributes.setAtIndex(ValueLayout.JAVA_LONG, 3, userNamespace);
            long empty = Calls.text(arena, "").address();
            long result =
                    Calls.syscall(Sys.MOUNT_SETATTR, mount.number(), empty, flags, attributes.address(), ATTR_SIZE);
            Calls.check(result, "mount_setattr");
        }
    }
}
