package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// The host's `/dev/null`. For a container with a terminal the monitor gives the runtime this as standard input, and
/// crun gives its standard streams to container root: who could then change its mode for the whole host.
///
/// The runtime does so while it creates the container, before the container's program begins: taken back in between,
/// no container ever runs that owns it, however many start at a time.
final class HostNull {

    private static final int MODE_BITS = 07777;
    private static final int MODE = 0666;

    private HostNull() {}

    static void takeBack() {
        takeBack(Path.of("/dev/null"));
    }

    static void takeBack(Path device) {
        try {
            restore(device, "unix:uid");
            restore(device, "unix:gid");
            int mode = (Integer) Files.getAttribute(device, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & MODE_BITS) != MODE) {
                Files.setAttribute(device, "unix:mode", MODE, LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException failure) {
            throw new EngineException(
                    Reason.RUNTIME_FAILED, device + " cannot be given back to root: " + failure, failure);
        }
    }

    private static void restore(Path device, String owner) throws IOException {
        if ((Integer) Files.getAttribute(device, owner, LinkOption.NOFOLLOW_LINKS) != 0) {
            Files.setAttribute(device, owner, 0, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
