package io.bulkhead.volume;

import io.bulkhead.name.Names;
import java.util.Map;
import java.util.Set;

/// What can be asked of the driver `local`, which is the only one: nothing yet. A device to mount would be a way to a
/// path of the host that no privilege stands for.
final class VolumeOptions {

    private static final Set<String> MOUNT = Set.of("type", "o", "device");

    private VolumeOptions() {}

    /// @throws VolumeException NOT_FOUND, in Docker's words
    static void requireLocal(String volume, String driver) {
        if (!driver.isEmpty() && !driver.equals("local")) {
            String shown = Names.shown(driver);
            throw new VolumeException(
                    VolumeException.Reason.NOT_FOUND,
                    "create " + volume + ": error looking up volume plugin " + shown + ": plugin \"" + shown
                            + "\" not found; the only driver is \"local\"");
        }
    }

    /// @throws VolumeException INVALID
    static void require(String volume, Map<String, String> options) {
        for (String option : options.keySet()) {
            throw new VolumeException(
                    VolumeException.Reason.INVALID, "create " + volume + ": " + problem(option, options));
        }
    }

    private static String problem(String option, Map<String, String> options) {
        if (!MOUNT.contains(option)) {
            return "invalid option: \"" + Names.shown(option) + "\"";
        }
        if (options.getOrDefault("type", "").equals("tmpfs")) {
            return "a volume of type tmpfs is not supported; use --tmpfs DEST on the container";
        }
        return "a volume that mounts " + Names.shown(options.getOrDefault("device", "a device"))
                + " is not supported: it would reach the host without the privilege host-path; use -v SOURCE:DEST on"
                + " the container, which asks for that privilege";
    }
}
