package io.bulkhead.kernel;

/// A file of a tree, pinned, and what it was when it was pinned. Whatever its name leads to by now, [TreeReader]
/// changes this one. Somebody has to release it.
///
/// @param mode type, set-id and permission bits, as `st_mode` has them
/// @param born nanoseconds since 1970, 0 where the file system does not keep it: tells a new file from an old one
/// that had the same inode number
/// @param mount which mount it was reached through
public record PinnedEntry(
        int pin, int mode, long uid, long gid, long device, long inode, long links, long born, long mount) {

    private static final int TYPE_BITS = 0xF000;
    private static final int SET_UID = 0x800;
    private static final int SET_GID = 0x400;

    public FileType type() {
        return FileType.ofMode(mode);
    }

    public boolean directory() {
        return (mode & TYPE_BITS) == 0x4000;
    }

    /// Whether chown(2) takes a set-id bit from it: it leaves those of directories.
    public boolean losesSetId() {
        return !directory() && (mode & (SET_UID | SET_GID)) != 0;
    }
}
