package io.bulkhead.idregistry;

/// A container beyond one host and one life.
///
/// @param tenant whose containers: hosts of one tenant share names
/// @param container its name
public record Key(String tenant, String container) {

    private static final int LONGEST = 255;

    public Key {
        require("tenant", tenant);
        require("container", container);
    }

    private static void require(String what, String name) {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*") || name.length() > LONGEST) {
            throw new IllegalArgumentException("the name of a " + what + " is made of a-z, A-Z, 0-9, _, . and -");
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
