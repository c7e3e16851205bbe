package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// What kind of file system a path is on, and how much room is left there.
public final class FileSystems {

    private static final int SIZE = 120;
    private static final Map<Long, String> NAMES = Map.ofEntries(
            Map.entry(0xEF53L, "ext4"),
            Map.entry(0x58465342L, "xfs"),
            Map.entry(0x9123683EL, "btrfs"),
            Map.entry(0x01021994L, "tmpfs"),
            Map.entry(0x794C7630L, "overlay"),
            Map.entry(0xF2F52010L, "f2fs"),
            Map.entry(0x2FC12FC1L, "zfs"),
            Map.entry(0x73717368L, "squashfs"),
            Map.entry(0xE0F5E1E2L, "erofs"),
            Map.entry(0x65735546L, "fuse"),
            Map.entry(0x6969L, "nfs"),
            Map.entry(0x01021997L, "9p"),
            Map.entry(0x6A656A63L, "virtiofs"),
            Map.entry(0x9FA0L, "proc"),
            Map.entry(0x62656572L, "sysfs"),
            Map.entry(0x27E0EBL, "cgroup"),
            Map.entry(0x63677270L, "cgroup2"),
            Map.entry(0x64626720L, "debugfs"),
            Map.entry(0x74726163L, "tracefs"),
            Map.entry(0x73636673L, "securityfs"),
            Map.entry(0xF97CFF8CL, "selinuxfs"),
            Map.entry(0x62656570L, "configfs"),
            Map.entry(0xCAFE4A11L, "bpf"),
            Map.entry(0xDE5E81E4L, "efivarfs"),
            Map.entry(0x6165676CL, "pstore"),
            Map.entry(0x19800202L, "mqueue"),
            Map.entry(0x6E736673L, "nsfs"));

    /// Their files look regular but reading one asks the kernel something with the engine's rights.
    private static final Set<String> PSEUDO = Set.of(
            "proc",
            "sysfs",
            "cgroup",
            "cgroup2",
            "debugfs",
            "tracefs",
            "securityfs",
            "selinuxfs",
            "configfs",
            "bpf",
            "efivarfs",
            "pstore",
            "mqueue",
            "nsfs");

    private FileSystems() {}

    /// What an unprivileged process could still write there.
    public static long freeBytes(Path path) {
        try (Arena arena = Arena.ofConfined();
                Fd pinned = Opening.pathOnly(path, 0)) {
            MemorySegment statfs = statfs(arena, pinned);
            return statfs.get(ValueLayout.JAVA_LONG, 32) * statfs.get(ValueLayout.JAVA_LONG, 72);
        }
    }

    /// The usual name, or the magic number in hexadecimal (`0x...`) for one not known here.
    public static String type(Path path) {
        try (Fd pinned = Opening.pathOnly(path, 0)) {
            return type(pinned);
        }
    }

    static boolean pseudo(Fd pinned) {
        return PSEUDO.contains(type(pinned));
    }

    private static String type(Fd pinned) {
        try (Arena arena = Arena.ofConfined()) {
            long magic = statfs(arena, pinned).get(ValueLayout.JAVA_LONG, 0) & 0xFFFF_FFFFL;
            return NAMES.getOrDefault(magic, "0x" + Long.toHexString(magic));
        }
    }

    private static MemorySegment statfs(Arena arena, Fd pinned) {
        MemorySegment statfs = arena.allocate(SIZE, 8);
        Calls.check(Calls.restarting(Sys.FSTATFS, pinned.number(), statfs.address()), "fstatfs");
        return statfs;
    }
}
