package io.bulkhead.spec;

import io.bulkhead.idmap.IdMap;
import io.bulkhead.name.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Whose a mounted tree's files are, as the container sees them. Resolved once, from the options of `-v` and
/// `--mount`.
public sealed interface MountOwners {

    /// The container's own ids are the file system's, without a write: container root is what the file system
    /// calls 0. Where that cannot be, and for trees of the host itself, the plain view, with the reason in
    /// `inspect`.
    record Default() implements MountOwners {}

    /// As [Default], but nothing else will do: a tree of the host itself is mapped too, which is a privilege, and a
    /// file system that cannot is an error.
    record Idmapped() implements MountOwners {}

    /// Other ids than the container's own. A side that is not given is mapped as with [Idmapped].
    record Mapped(Optional<Ids> users, Optional<Ids> groups) implements MountOwners {
        public Mapped {
            if (users.isEmpty() && groups.isEmpty()) {
                throw new IllegalArgumentException("idmap: it names neither uids nor gids");
            }
        }
    }

    /// The one user and group of the container that its first process runs as is this user and group of the file
    /// system, and nobody else of the container is anybody there: whatever can be written belongs to this owner.
    record Squashed(long uid, long gid) implements MountOwners {
        public Squashed {
            requireUnprivileged(uid);
            requireUnprivileged(gid);
        }

        private static void requireUnprivileged(long id) {
            if (id < 1 || id > 0xFFFF_FFFEL) {
                throw new IllegalArgumentException(
                        "idmap=squash: " + id + " is no unprivileged id; it is 1 to 4294967294");
            }
        }
    }

    /// As the file system has them: with a user namespace, mostly nobody's.
    record Plain() implements MountOwners {}

    /// Everything is given to the user the container's first process runs as, on the file system itself.
    record Changed() implements MountOwners {}

    /// @param map `inside` is the file system's id, `outside` the host's, or the container's
    /// @param ofContainer written with `@`: `outside` counts as the container counts
    record Ids(IdMap map, boolean ofContainer) {
        @Override
        public String toString() {
            return map.lines().stream()
                    .map(line -> (ofContainer ? "@" : "") + line.inside() + "-" + line.outside() + "-" + line.count())
                    .collect(Collectors.joining("#"));
        }
    }

    /// Whether the word is one of these, well-formed or not.
    static boolean concerns(String word) {
        return word.equals("U")
                || word.equals("chown")
                || word.equals("noidmap")
                || word.equals("idmap")
                || word.startsWith("idmap=");
    }

    /// Reads one option.
    ///
    /// @throws IllegalArgumentException naming what is wrong with it
    static MountOwners parse(String word) {
        return switch (word) {
            case "U", "chown" -> new Changed();
            case "noidmap" -> new Plain();
            case "idmap" -> new Idmapped();
            default -> {
                if (!word.startsWith("idmap=")) {
                    throw new IllegalArgumentException("unknown option " + Names.shown(word));
                }
                String value = word.substring("idmap=".length());
                yield value.startsWith("squash") ? squashed(value) : mapped(value);
            }
        };
    }

    /// `squash:UID[:GID]`; with dashes too, since the stock client takes no colon there.
    private static MountOwners squashed(String value) {
        String[] parts = value.split("[:-]", -1);
        if (parts.length < 2 || parts.length > 3 || !parts[0].equals("squash")) {
            throw new IllegalArgumentException("idmap=" + Names.shown(value) + ": it is squash:UID or squash:UID:GID");
        }
        long uid = number(parts[1], value);
        return new Squashed(uid, parts.length == 3 ? number(parts[2], value) : uid);
    }

    /// `uids=0-1000-10#20-2000-5;gids=@0-0-10`, as Podman writes it.
    private static MountOwners mapped(String value) {
        Optional<Ids> users = Optional.empty();
        Optional<Ids> groups = Optional.empty();
        for (String side : value.split(";", -1)) {
            String text = side.substring(side.indexOf('=') + 1);
            if (side.startsWith("uids=") && users.isEmpty()) {
                users = Optional.of(ids(text, value));
            } else if (side.startsWith("gids=") && groups.isEmpty()) {
                groups = Optional.of(ids(text, value));
            } else {
                throw new IllegalArgumentException("idmap=" + Names.shown(value)
                        + ": it is uids=FROM-TO-COUNT[#...];gids=FROM-TO-COUNT[#...], or squash:UID[:GID]");
            }
        }
        return new Mapped(users, groups);
    }

    private static Ids ids(String text, String value) {
        var lines = new ArrayList<IdMap.Line>();
        boolean ofContainer = text.startsWith("@");
        for (String triplet : text.split("#", -1)) {
            if (triplet.startsWith("+") || triplet.startsWith("@") != ofContainer) {
                throw new IllegalArgumentException("idmap=" + Names.shown(value)
                        + ": `@` stands before every triplet of a side or before none, and there is no `+` here");
            }
            lines.add(line(triplet.substring(ofContainer ? 1 : 0), value));
        }
        try {
            return new Ids(new IdMap(List.copyOf(lines)), ofContainer);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("idmap=" + Names.shown(value) + ": " + wrong.getMessage(), wrong);
        }
    }

    private static IdMap.Line line(String triplet, String value) {
        String[] numbers = triplet.split("-", -1);
        if (numbers.length != 3) {
            throw new IllegalArgumentException(
                    "idmap=" + Names.shown(value) + ": `" + Names.shown(triplet) + "` is not FROM-TO-COUNT");
        }
        try {
            return new IdMap.Line(number(numbers[0], value), number(numbers[1], value), number(numbers[2], value));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("idmap=" + Names.shown(value) + ": " + wrong.getMessage(), wrong);
        }
    }

    private static long number(String text, String value) {
        if (!text.matches("[0-9]{1,10}")) {
            throw new IllegalArgumentException(
                    "idmap=" + Names.shown(value) + ": `" + Names.shown(text) + "` is no id");
        }
        return Long.parseLong(text);
    }

    /// As it is written in an option; empty for the default.
    default String spelling() {
        return switch (this) {
            case Default _ -> "";
            case Idmapped _ -> "idmap";
            case Mapped(var users, var groups) ->
                "idmap="
                        + java.util.stream.Stream.of(users.map(ids -> "uids=" + ids), groups.map(ids -> "gids=" + ids))
                                .flatMap(Optional::stream)
                                .collect(Collectors.joining(";"));
            case Squashed(long uid, long gid) -> "idmap=squash:" + uid + ":" + gid;
            case Plain _ -> "noidmap";
            case Changed _ -> "U";
        };
    }
}
