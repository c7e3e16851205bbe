package io.bulkhead.layer;

/// How much of one archive is taken. Each bound is far above what honest images have, and low enough that one hostile
/// layer cannot take a host's memory, inodes or disk by itself.
///
/// @param bytes of the uncompressed archive, holes of sparse files counted as if they were written
/// @param entries inodes are a budget too, and on some file systems a fixed one
/// @param headerBytes between two entries: long names, extended headers and sparse maps, which the reader holds in
///     memory; extended attributes end at 64 KiB each in the kernel
/// @param nameBytes of all directories together, held in memory until their times are set
/// @param ratio uncompressed to compressed bytes, beyond `ratioFreeBytes`; text reaches 10, a deflated run of zeros
/// 1030
/// @param ratioFreeBytes what may be unpacked whatever the ratio: a small layer of zeros is no bomb
public record LayerLimits(long bytes, long entries, int headerBytes, long nameBytes, int ratio, long ratioFreeBytes) {

    private static final long MIB = 1 << 20;

    public static final LayerLimits DEFAULT =
            new LayerLimits(64 * 1024 * MIB, 2_000_000, (int) MIB, 64 * MIB, 250, 256 * MIB);
}
