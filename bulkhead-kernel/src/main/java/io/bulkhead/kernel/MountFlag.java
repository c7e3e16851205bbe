package io.bulkhead.kernel;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// What a mount forbids (mount_setattr(2)).
public enum MountFlag {
    READ_ONLY(0x01, "ro"),
    NO_SUID(0x02, "nosuid"),
    NO_DEV(0x04, "nodev"),
    NO_EXEC(0x08, "noexec");

    private final int bit;
    private final String option;

    MountFlag(int bit, String option) {
        this.bit = bit;
        this.option = option;
    }

    /// As in `/etc/fstab` and `/proc/self/mounts`.
    public String option() {
        return option;
    }

    static Optional<MountFlag> ofOption(String option) {
        return Arrays.stream(values())
                .filter(flag -> flag.option.equals(option))
                .findFirst();
    }

    /// The four have the same bits as `MS_...` of mount(2) and as `MOUNT_ATTR_...`.
    static int bits(Set<MountFlag> flags) {
        return flags.stream().mapToInt(flag -> flag.bit).reduce(0, (some, more) -> some | more);
    }
}
