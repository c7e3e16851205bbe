package io.bulkhead.idmap;

/// How a container's user-namespace map is chosen. There is no "unset": the default is [Auto], and sharing the host's
/// ids is something somebody asked for by name.
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

    /// The host's own ids, without a namespace of its own. A privilege.
    record Host() implements UsernsMode {}

    static UsernsMode defaultMode() {
        return new Auto(Auto.DEFAULT_SIZE);
    }

    /// As written in `--userns=` or `--security-opt userns=`.
    default String spelling() {
        return switch (this) {
            case Auto(long size) when size == Auto.DEFAULT_SIZE -> "auto";
            case Auto(long size) -> "auto:size=" + size;
            case Host() -> "host";
        };
    }
}
