package io.bulkhead.idregistry;

import java.util.regex.Pattern;

/// A container beyond one host and one life.
///
/// @param tenant whose containers: hosts of one tenant share names
/// @param container its name
public record Key(String tenant, String container) {

    private static final int LONGEST = 255;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    public Key {
        require("tenant", tenant);
        require("container", container);
    }

    /// Whether a tenant or a container can have this name.
    public static boolean isName(String name) {
        return name.length() <= LONGEST && NAME.matcher(name).matches();
    }

    private static void require(String what, String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "the name of a " + what + " is made of up to " + LONGEST + " of a-z, A-Z, 0-9, _, . and -");
        }
    }

    @Override
    public String toString() {
        return tenant + "/" + container;
    }

    static Key parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("`" + text + "` is not TENANT/CONTAINER");
        }
        return new Key(text.substring(0, slash), text.substring(slash + 1));
    }
}
