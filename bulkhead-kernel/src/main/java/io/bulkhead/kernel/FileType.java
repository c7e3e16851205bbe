package io.bulkhead.kernel;

/// What kind of thing a name stands for (inode(7)).
public enum FileType {
    FIFO(0x1000, "fifo"),
    CHARACTER_DEVICE(0x2000, "character device"),
    DIRECTORY(0x4000, "directory"),
    BLOCK_DEVICE(0x6000, "block device"),
    REGULAR(0x8000, "regular file"),
    SYMLINK(0xA000, "symbolic link"),
    SOCKET(0xC000, "socket");

    private static final int MASK = 0xF000;

    private final int bits;
    private final String words;

    FileType(int bits, String words) {
        this.bits = bits;
        this.words = words;
    }

    /// The `S_IF...` bits, as they stand in `st_mode`.
    public int bits() {
        return bits;
    }

    static FileType ofMode(int mode) {
        for (FileType type : values()) {
            if (type.bits == (mode & MASK)) {
                return type;
            }
        }
        throw new IllegalArgumentException("mode " + Integer.toOctalString(mode) + " has no file type");
    }

    /// In words, for messages.
    @Override
    public String toString() {
        return words;
    }
}
