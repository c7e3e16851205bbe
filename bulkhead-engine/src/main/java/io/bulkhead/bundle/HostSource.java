package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.name.Names;
import io.bulkhead.spec.StorageSpec.Mount;
import java.nio.file.Path;

/// Pins the host path of a bind. The path was resolved when the privilege for it was asked; no link may have come into
/// it since.
final class HostSource {

    private static final int CREATED_MODE = 0755;

    private HostSource() {}

    static Fd pin(Mount.Bind bind) {
        String relative = relative(bind.source());
        try (Directory host = Directory.open(Path.of("/"))) {
            try {
                return host.pin(relative, Links.REFUSE);
            } catch (KernelException missing) {
                if (missing.errno() != Errno.ENOENT || !bind.createSource()) {
                    throw missing;
                }
                host.makeDirectories(relative, Links.REFUSE, CREATED_MODE).close();
                return host.pin(relative, Links.REFUSE);
            }
        } catch (KernelException refused) {
            throw new BundleException(Reason.BAD_SOURCE, problem(bind.source(), refused), refused);
        }
    }

    static String relative(String absolute) {
        String relative = absolute.replaceFirst("^/+", "");
        return relative.isEmpty() ? "." : relative;
    }

    private static String problem(String source, KernelException refused) {
        return switch (refused.errno()) {
            case Errno.ENOENT -> "bind source path does not exist: " + Names.shown(source);
            case Errno.ELOOP ->
                "bind source " + Names.shown(source) + ": a symbolic link came into the path since the container was "
                        + "made; make it anew";
            default -> "bind source " + Names.shown(source) + ": " + refused.getMessage();
        };
    }
}
