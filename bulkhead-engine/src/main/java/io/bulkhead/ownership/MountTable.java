package io.bulkhead.ownership;

import io.bulkhead.ownership.OwnershipException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Where things lie on their file systems, under whatever names they are mounted (proc_pid_mountinfo(5)): a bind mount
/// of `/etc/ssh` at `/srv/keys` is the same place.
final class MountTable {

    private static final Path FILE = Path.of("/proc/self/mountinfo");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");
    private static final int DEVICE = 2;
    private static final int ROOT = 3;
    private static final int POINT = 4;

    private final List<Mount> mounts;

    private MountTable(List<Mount> mounts) {
        this.mounts = mounts;
    }

    /// @param root what of the file system is mounted
    private record Mount(String device, Path root, Path point) {}

    /// @param within from the root of its file system
    record Place(String device, Path within) {
        boolean holds(Place other) {
            return device.equals(other.device) && other.within.startsWith(within);
        }
    }

    static MountTable read() {
        try {
            return of(Files.readString(FILE, StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new OwnershipException(Reason.KERNEL, FILE + " cannot be read: " + failure, failure);
        }
    }

    static MountTable of(String mountinfo) {
        return new MountTable(mountinfo
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > POINT && fields[ROOT].startsWith("/"))
                .map(fields -> new Mount(fields[DEVICE], path(fields[ROOT]), path(fields[POINT])))
                .toList());
    }

    /// Blanks and backslashes are written by their number.
    private static Path path(String field) {
        return Path.of(ESCAPED.matcher(field).replaceAll(MountTable::character));
    }

    private static String character(MatchResult number) {
        String character = Character.toString(Integer.parseInt(number.group(1), 8));
        return java.util.regex.Matcher.quoteReplacement(character);
    }

    /// @param path absolute, with no link on it
    Optional<Place> place(Path path) {
        Optional<Mount> innermost = Optional.empty();
        // Of several on one point the last is on top.
        for (Mount mount : mounts) {
            boolean inner = path.startsWith(mount.point)
                    && innermost
                            .filter(other -> other.point.getNameCount() > mount.point.getNameCount())
                            .isEmpty();
            if (inner) {
                innermost = Optional.of(mount);
            }
        }
        return innermost.map(mount -> new Place(
                mount.device, mount.root.resolve(mount.point.relativize(path)).normalize()));
    }
}
