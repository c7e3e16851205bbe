package io.bulkhead.name;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// A container's (or exec's, or network's) id: 64 lower-case hex digits, as Docker's are. Never 12 or fewer: conmon's
/// journald driver breaks on those.
public record ContainerId(String value) implements Comparable<ContainerId> {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    public ContainerId {
        if (!ID.matcher(value).matches()) {
            throw new IllegalArgumentException("id `" + Names.shown(value) + "` is not 64 lower-case hex digits");
        }
    }

    /// A new id. One that is all digits in its first 12 characters is not made: it could be taken for a number (a host
    /// name of digits only is refused by some resolvers).
    public static ContainerId random(RandomGenerator randomness) {
        byte[] bytes = new byte[32];
        String hex;
        do {
            randomness.nextBytes(bytes);
            hex = HexFormat.of().formatHex(bytes);
        } while (hex.substring(0, 12).chars().allMatch(Character::isDigit));
        return new ContainerId(hex);
    }

    /// The first 12 digits, as lists print it.
    public String shortened() {
        return value.substring(0, 12);
    }

    @Override
    public int compareTo(ContainerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
