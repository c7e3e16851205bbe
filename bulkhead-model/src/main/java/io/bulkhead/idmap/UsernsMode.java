package io.bulkhead.idmap;

import java.util.List;
import java.util.Optional;

/// How a container's user-namespace map is chosen. There is no "unset": the default is [Auto], and whatever gives a
/// container ids that are somebody's on the host is something somebody asked for by name.
public sealed interface UsernsMode {

    /// Own range of `size` ids that nobody else has: the default, with 65,536 ids.
    record Auto(long size) implements UsernsMode {
        public static final long DEFAULT_SIZE = 65_536;

        public Auto {
            if (size < 1 || size > IdRange.MAX_ID) {
                throw new IllegalArgumentException("userns size " + size + " is outside 1.." + IdRange.MAX_ID);
            }
        }
    }

    /// Own range of `size` ids, which a container of this name has on every host of the tenant.
    record Static(long size) implements UsernsMode {
        public Static {
            if (size < 1 || size > IdRange.MAX_ID) {
                throw new IllegalArgumentException("userns size " + size + " is outside 1.." + IdRange.MAX_ID);
            }
        }
    }

    /// Every id is itself, in a user namespace of its own: the container's root owns what the host's root owns, and has
    /// none of its capabilities. A privilege.
    record Identity() implements UsernsMode {}

    /// Id 0 is host id `root`, every other id is itself ([IdMap#shift]). A privilege.
    record Shift(long root) implements UsernsMode {
        public Shift {
            if (root < 1 || root > IdRange.MAX_ID) {
                throw new IllegalArgumentException("the host id of root, " + root + ", is outside 1.." + IdRange.MAX_ID
                        + ": with 0 the container's root would be the host's, which is `identity`");
            }
        }
    }

    /// One user and one group, 0 inside, whoever the image's files belong to.
    ///
    /// @param given which ones they are on the host, a privilege; empty for one id that every container of the
    /// caller has and nobody else
    record Single(Optional<HostUser> given) implements UsernsMode {}

    /// The lines are written out. A privilege.
    record Mapped(IdMaps maps) implements UsernsMode {}

    /// The host's own ids, without a namespace of its own. A privilege.
    record Host() implements UsernsMode {}

    /// A user and a group of the host, neither of them 0.
    record HostUser(long uid, long gid) {
        public HostUser {
            requireOrdinary("uid", uid);
            requireOrdinary("gid", gid);
        }

        private static void requireOrdinary(String what, long id) {
            if (id < 1 || id > IdRange.MAX_ID) {
                throw new IllegalArgumentException(what + " " + id + " is outside 1.." + IdRange.MAX_ID);
            }
        }
    }

    static UsernsMode defaultMode() {
        return new Auto(Auto.DEFAULT_SIZE);
    }

    /// The maps of a namespace of this mode; none with the host's.
    ///
    /// @param own what the engine gave the container, in the modes in which it gives it something
    /// @throws IllegalArgumentException without that
    default Optional<IdMaps> maps(Optional<IdRange> own) {
        return switch (this) {
            case Auto _, Static _ -> Optional.of(IdMaps.of(own.orElseThrow(UsernsMode::nothingGiven)));
            case Identity() -> Optional.of(IdMaps.same(IdMap.identity()));
            case Shift(long root) -> Optional.of(IdMaps.same(IdMap.shift(root)));
            case Single(var given) ->
                Optional.of(given.map(UsernsMode::one)
                        .orElseGet(() -> IdMaps.of(own.orElseThrow(UsernsMode::nothingGiven))));
            case Mapped(var maps) -> Optional.of(maps);
            case Host() -> Optional.empty();
        };
    }

    /// The ids of a namespace of this mode that may be somebody's on the host. Those of the engine's pools are
    /// nobody's; who any other is on a given host is not asked: a user may be added to it tomorrow. There are none
    /// with the host's namespace, which has no map.
    default List<IdRange> hostIds() {
        return switch (this) {
            case Auto _, Static _, Host() -> List.of();
            case Single(var given) when given.isEmpty() -> List.of();
            case Identity _, Shift _, Single _, Mapped _ ->
                maps(Optional.empty()).orElseThrow().outside();
        };
    }

    private static IdMaps one(HostUser user) {
        return new IdMaps(IdMap.of(new IdRange(user.uid, 1)), IdMap.of(new IdRange(user.gid, 1)));
    }

    private static IllegalArgumentException nothingGiven() {
        return new IllegalArgumentException("this mode needs ids of the engine's pool");
    }

    /// As written in `--userns=` or `--security-opt userns=`.
    ///
    /// @throws IllegalArgumentException saying what is wrong with it
    static UsernsMode parse(String text) {
        return UsernsSpelling.parse(text);
    }

    /// As written in `--userns=` or `--security-opt userns=`.
    default String spelling() {
        return UsernsSpelling.of(this);
    }
}
