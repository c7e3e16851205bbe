package io.bulkhead.layer;

import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.OpenFile;
import java.util.Map;

/// Which extended attributes of a layer are set. `trusted.*` would speak to overlayfs in our name, `security.selinux`
/// and `security.ima` to the host's security modules, `system.*` holds host ids in its values: only `user.*`, which
/// nobody but programs reads, and file capabilities remain.
final class LayerXattrs {

    private static final String CAPABILITY = "security.capability";

    /// `struct vfs_cap_data` (linux/capability.h): the revision in the top byte of the first little-endian word.
    private static final int REVISION_2 = 2;

    private static final int LENGTH_2 = 20;
    private static final int REVISION_OFFSET = 3;

    private LayerXattrs() {}

    /// @return how many were left out
    static int set(Fd file, Map<String, byte[]> xattrs) {
        int leftOut = 0;
        for (Map.Entry<String, byte[]> each : xattrs.entrySet()) {
            leftOut += taken(each.getKey(), each.getValue()) && set(file, each.getKey(), each.getValue()) ? 0 : 1;
        }
        return leftOut;
    }

    private static boolean taken(String name, byte[] value) {
        if (name.equals(CAPABILITY)) {
            // Revision 3 carries the host's id of a namespace's root, which means nothing here.
            return value.length == LENGTH_2 && value[REVISION_OFFSET] == REVISION_2;
        }
        return name.startsWith("user.") && !name.startsWith("user.overlay.");
    }

    private static boolean set(Fd file, String name, byte[] value) {
        try {
            OpenFile.setXattr(file, name, value);
            return true;
        } catch (KernelException failure) {
            // Not every file system has user attributes; no engine fails an image for that.
            if (failure.errno() == Errno.EOPNOTSUPP && name.startsWith("user.")) {
                return false;
            }
            throw failure;
        }
    }
}
