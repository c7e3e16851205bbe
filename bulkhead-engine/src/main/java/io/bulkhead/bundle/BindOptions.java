package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import java.util.List;

/// The propagation words among a bind's options.
final class BindOptions {

    static final String PRIVATE = "rprivate";
    static final String SLAVE = "rslave";

    private BindOptions() {}

    /// Mounts of the container never reach the host: its mount namespace is a slave of the host's at most.
    static String propagation(List<String> options) {
        for (String option : options) {
            switch (option) {
                case "shared", "rshared" ->
                    throw new BundleException(
                            Reason.UNSUPPORTED,
                            "bind propagation `" + option + "` would carry the container's mounts to the host; use "
                                    + "`rslave` to see the host's in the container");
                case "slave", SLAVE -> {
                    return SLAVE;
                }
                default -> {}
            }
        }
        return PRIVATE;
    }
}
