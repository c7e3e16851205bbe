package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.name.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// One entry of `mounts` (OCI runtime 1.2, config.md "Mounts").
record OciMount(String destination, String type, String source, List<String> options) {

    private static final Pattern TMPFS_OPTION =
            Pattern.compile("(size|nr_blocks|nr_inodes)=[0-9]+[kmgtKMGT%]?|mode=0?[0-7]{1,4}|[ug]id=[0-9]{1,10}"
                    + "|rw|ro|exec|noexec|suid|nosuid|dev|nodev|sync|async|atime|noatime|relatime|norelatime");

    OciMount {
        options = List.copyOf(options);
    }

    /// What is bound was restricted when it was attached; the runtime adds nothing and takes nothing away.
    static OciMount bind(String source, String destination) {
        return new OciMount(destination, "bind", source, List.of("rbind"));
    }

    /// Docker's defaults, with what the user wrote after them, so that it wins.
    static OciMount tmpfs(String destination, List<String> wanted) {
        var options = new ArrayList<>(List.of("rw", "nosuid", "nodev", "noexec"));
        if (wanted.stream().noneMatch(option -> option.startsWith("mode="))) {
            options.add("mode=1777");
        }
        for (String option : wanted) {
            if (!TMPFS_OPTION.matcher(option).matches()) {
                throw new BundleException(
                        Reason.UNSUPPORTED,
                        "tmpfs " + Names.shown(destination) + ": option `" + Names.shown(option) + "` is not known");
            }
            options.remove(opposite(option));
            options.add(option);
        }
        return new OciMount(destination, "tmpfs", "tmpfs", options);
    }

    /// The mode the root of a tmpfs with these options gets.
    static int tmpfsMode(List<String> wanted) {
        return wanted.stream()
                .filter(option -> TMPFS_OPTION.matcher(option).matches() && option.startsWith("mode="))
                .reduce((_, last) -> last)
                .map(option -> Integer.parseInt(option.substring("mode=".length()), 8))
                .orElse(01777);
    }

    private static String opposite(String option) {
        return switch (option) {
            case "ro" -> "rw";
            case "rw" -> "ro";
            default -> option.startsWith("no") ? option.substring(2) : "no" + option;
        };
    }
}
