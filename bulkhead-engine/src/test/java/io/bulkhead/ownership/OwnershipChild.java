package io.bulkhead.ownership;

import io.bulkhead.kernel.Directory;
import java.nio.file.Path;
import java.time.Clock;

/// What is killed: changes the owners in a tree and ends.
final class OwnershipChild {

    private OwnershipChild() {}

    public static void main(String[] arguments) {
        Path state = Path.of(arguments[0]);
        Path tree = Path.of(arguments[1]);
        var ownership = Ownership.open(state.resolve("ownership"), state, Clock.systemUTC());
        try (Directory root = Directory.open(tree)) {
            ownership.change(
                    ownership.requireChangeable(tree, root.fd()),
                    new OwnerRule.Everything(3_100_005, 3_100_006),
                    "web");
        }
    }
}
