package io.bulkhead.audit;

import io.bulkhead.access.Operation;
import io.bulkhead.kernel.FileSpace;
import io.bulkhead.kernel.KernelException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Room set aside for the record, so that a disk that containers have filled can be emptied again: without a line on
/// the record nothing may be removed. Its second half is only for what makes room
/// (docs/decisions/0017-full-disk.md).
///
/// Not safe for threads; [AuditFile] guards it.
final class AuditReserve {

    static final long SIZE = 1 << 20;

    private static final long TOP_UP_BELOW = SIZE / 4 * 3;
    private static final long LOW = SIZE / 2;

    /// The stock client asks for the first two before anything else.
    private static final Set<Operation> MAKING_ROOM = EnumSet.of(
            Operation.SYSTEM_PING,
            Operation.SYSTEM_VERSION,
            Operation.CONTAINER_STOP,
            Operation.CONTAINER_KILL,
            Operation.CONTAINER_WAIT,
            Operation.CONTAINER_REMOVE,
            Operation.CONTAINER_PRUNE,
            Operation.IMAGE_REMOVE,
            Operation.IMAGE_PRUNE,
            Operation.VOLUME_REMOVE,
            Operation.VOLUME_PRUNE,
            Operation.NETWORK_REMOVE,
            Operation.NETWORK_PRUNE);

    private final Path file;
    private long until;
    private boolean supported = true;

    AuditReserve(Path file, long length) {
        this.file = file;
        emptied(length);
    }

    /// The file was cut to `length`, which gives back what was set aside.
    void emptied(long length) {
        until = length;
        // What an earlier daemon set aside is still there; on a full disk it is found by asking for no more than that.
        for (long size = SIZE; size > 0 && supported && until == length; size -= SIZE / 16) {
            setAside(length, size);
        }
    }

    /// Called before every line.
    ///
    /// @param operation empty for what follows from an operation that was let through
    /// @throws AuditException when the room is low and kept for other operations
    void require(Optional<Operation> operation, long length) {
        if (supported && until - length < TOP_UP_BELOW) {
            setAside(length, SIZE);
        }
        if (supported
                && until - length < LOW
                && operation.filter(asked -> !MAKING_ROOM.contains(asked)).isPresent()) {
            throw new AuditException(
                    "no space left on the file system of " + file.getParent() + ", so nothing was done; what is set "
                            + "aside there for the audit record is kept for stopping and removing: remove containers, "
                            + "images or volumes, or make room in another way",
                    null);
        }
    }

    /// Whether there is room for another file beside this one.
    boolean roomy(long length) {
        if (supported && until - length < SIZE) {
            setAside(length, SIZE);
        }
        return !supported || until - length >= SIZE;
    }

    private void setAside(long length, long size) {
        try {
            switch (FileSpace.reserve(file, length, size)) {
                case RESERVED -> until = length + size;
                case FULL -> {
                    // what was set aside before is still there
                }
                case UNSUPPORTED -> supported = false;
            }
        } catch (KernelException failure) {
            throw new AuditException("audit record " + file + " cannot be written, so nothing was done", failure);
        }
    }
}
