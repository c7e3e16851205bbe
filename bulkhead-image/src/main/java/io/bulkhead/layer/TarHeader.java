package io.bulkhead.layer;

import java.util.Map;

/// One entry of a tar file, its name still as the archive wrote it.
///
/// @param link the target of a symbolic or hard link, otherwise empty
/// @param size bytes of content, holes included
/// @param sparse the content has holes
/// @param xattrs by name, for example `security.capability`
public record TarHeader(
        Type type,
        String name,
        String link,
        int mode,
        long uid,
        long gid,
        long size,
        long mtimeNs,
        boolean sparse,
        Map<String, byte[]> xattrs) {

    public TarHeader {
        xattrs = Map.copyOf(xattrs);
    }

    public enum Type {
        FILE,
        DIRECTORY,
        SYMLINK,
        HARD_LINK,
        FIFO,
        DEVICE,
        /// Something of a format nobody makes images with.
        OTHER
    }
}
