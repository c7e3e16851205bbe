package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.util.Map;
import java.util.Optional;

/// Address families of sockets by name (socket(2)).
final class SocketFamilies {

    private SocketFamilies() {}

    private static Map<String, Integer> all() {
        return CallArguments.require("socket").known(0);
    }

    /// @throws PolicyException UNKNOWN_FAMILY, with the nearest names
    static int number(String name) {
        Integer number = all().get(name);
        if (number == null) {
            throw new PolicyException(
                    Reason.UNKNOWN_FAMILY,
                    "no socket family is called `" + Names.shown(name) + "`" + Nearest.hint(name, all().keySet()));
        }
        return number;
    }

    static Optional<String> name(int number) {
        return CallArguments.require("socket").name(0, number);
    }
}
