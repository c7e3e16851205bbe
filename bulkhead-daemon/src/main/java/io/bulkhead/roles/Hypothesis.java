package io.bulkhead.roles;

import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.name.ImageName;
import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A request that nobody made, for asking what would be decided. Parts that are not about the operation are left out.
///
/// @param container a name; empty for none, as with the other names
/// @param owner who made what it is about: `self`, or as the record has callers
public record Hypothesis(
        Operation operation,
        String container,
        String image,
        String volume,
        String network,
        String owner,
        Set<Privilege> privileges) {

    public Hypothesis {
        privileges = Set.copyOf(privileges);
    }

    /// From words.
    ///
    /// @throws IllegalArgumentException what is wrong
    public static Hypothesis of(
            String operation,
            String container,
            String image,
            String volume,
            String network,
            String owner,
            List<String> privileges) {
        List<String> known =
                Arrays.stream(Operation.values()).map(Operation::spelling).toList();
        Operation named = Operation.of(operation)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no operation `" + Names.shown(operation) + "`" + Nearest.hint(operation, known)));
        return new Hypothesis(
                named,
                container,
                image,
                volume,
                network,
                owner,
                privileges.stream().map(Privilege::parse).collect(Collectors.toSet()));
    }

    /// @param found a container that is there, by name: what it is counts, and not what is supposed
    public Decision decide(AccessPolicy policy, Caller caller, Function<String, Optional<Target>> found) {
        Target target =
                container.isEmpty() ? supposed(caller) : found.apply(container).orElseGet(() -> supposed(caller));
        return Authorizer.decide(policy, caller, operation, target, privileges);
    }

    private Target supposed(Caller caller) {
        String maker = owner.equals("self") || isCreation() ? caller.subject() : owner;
        String kind = operation.spelling().substring(0, operation.spelling().indexOf('.'));
        boolean aboutContainer = !container.isEmpty() || (kind.equals("container") && !image.isEmpty());
        if (aboutContainer) {
            return new Target.OfContainer("", container, images(), maker);
        }
        if (!image.isEmpty()) {
            return new Target.OfImage("", images());
        }
        if (!volume.isEmpty()) {
            return new Target.OfVolume(volume, maker);
        }
        return network.isEmpty() ? Target.none() : new Target.OfNetwork(network, maker);
    }

    private boolean isCreation() {
        return operation == Operation.CONTAINER_CREATE || operation == Operation.VOLUME_CREATE;
    }

    private Set<String> images() {
        if (image.isEmpty()) {
            return Set.of();
        }
        return Set.of(
                image.startsWith("sha256:")
                        ? image
                        : ImageName.parse(image).withDefaultTag().toString());
    }
}
