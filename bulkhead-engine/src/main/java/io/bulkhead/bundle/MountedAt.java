package io.bulkhead.bundle;

/// One mount of a container besides its image, and how it is shown.
///
/// @param type `bind`, `volume` or `tmpfs`
/// @param name the volume's, or empty
/// @param source on the host, or empty
/// @param destination in the container, links resolved
/// @param options as written
/// @param propagation `rprivate` or `rslave`, or empty for a tmpfs
public record MountedAt(
        String type,
        String name,
        String source,
        String destination,
        String options,
        boolean writable,
        String propagation,
        View view) {

    public enum View {
        /// Files appear with the container's own ids: its id 0 is what the file system calls 0.
        IDMAPPED,
        /// Files appear as they are on the host: with a user namespace, as nobody's.
        PLAIN,
        /// New and empty.
        OWN
    }
}
