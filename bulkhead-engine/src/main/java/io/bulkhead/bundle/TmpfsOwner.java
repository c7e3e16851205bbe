package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdNumber;
import io.bulkhead.name.Names;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The `uid=` and `gid=` of a tmpfs, which the kernel refuses without a word where the container does not have the id.
final class TmpfsOwner {

    private TmpfsOwner() {}

    /// The options with owners that are there: a container of one id has nobody else to give it to.
    ///
    /// @throws BundleException UNMAPPED_ID
    static List<String> inside(List<String> options, String target, Optional<IdMaps> maps) {
        return maps.map(ids -> options.stream()
                        .map(option -> inside(option, target, ids))
                        .toList())
                .orElse(options);
    }

    private static String inside(String option, String target, IdMaps maps) {
        return switch (option.substring(0, Math.min(4, option.length()))) {
            case "uid=" -> owner("uid", option, target, maps.users(), maps.single());
            case "gid=" -> owner("gid", option, target, maps.groups(), maps.single());
            default -> option;
        };
    }

    private static String owner(String what, String option, String target, IdMap map, boolean single) {
        if (single) {
            return what + "=0";
        }
        OptionalLong id = IdNumber.digits(option.substring(what.length() + 1));
        if (id.isPresent() && map.hostId(id.getAsLong()).isEmpty()) {
            throw new BundleException(
                    Reason.UNMAPPED_ID,
                    "tmpfs " + Names.shown(target) + ": user namespace: " + what + " " + id.getAsLong()
                            + " is outside the container's " + map.count() + " ids; use --userns=auto:size="
                            + (id.getAsLong() + 1) + " or more, or a map that has it");
        }
        return option;
    }
}
