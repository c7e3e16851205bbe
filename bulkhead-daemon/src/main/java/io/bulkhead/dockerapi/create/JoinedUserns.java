package io.bulkhead.dockerapi.create;

import io.bulkhead.container.Container;
import io.bulkhead.container.EngineException;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.name.ContainerId;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.NetworkSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// The user namespace of a container that joins others' namespaces: theirs, for what belongs to a user namespace cannot
/// be used from another one beside it. So it has the same mode, which is shown and decided on, and what is joined has
/// to
/// be of one user namespace. Only the host's, above all of them, can be asked for beside: it is a privilege.
final class JoinedUserns {

    private final Function<String, Container> containers;

    JoinedUserns(Function<String, Container> containers) {
        this.containers = containers;
    }

    /// The ids of the containers whose namespaces are joined.
    static List<String> joined(NetworkSpec.Mode network, NamespaceMode pid, NamespaceMode ipc) {
        Stream<String> ofNetwork =
                network instanceof NetworkSpec.Mode.Container(String id) ? Stream.of(id) : Stream.empty();
        Stream<String> ofOthers = Stream.of(pid, ipc)
                .flatMap(mode -> mode instanceof NamespaceMode.Container(String id) ? Stream.of(id) : Stream.empty());
        return Stream.concat(ofNetwork, ofOthers).distinct().toList();
    }

    /// @param otherwise of a container that joins none and asks for none
    UsernsMode mode(List<String> joined, Optional<UsernsMode> asked, UsernsMode otherwise) {
        if (joined.isEmpty() || asked.filter(UsernsMode.Host.class::isInstance).isPresent()) {
            return asked.orElse(otherwise);
        }
        Container first = containers.apply(joined.getFirst());
        for (String id : joined) {
            Container other = containers.apply(id);
            Invalid.when(
                    !home(other).equals(home(first)),
                    "user namespace: the containers " + first.spec().name() + " and "
                            + other.spec().name() + " have one each, and nobody can live in both: join the namespaces "
                            + "of one, or make one of them with the namespaces of the other");
        }
        UsernsMode theirs = first.spec().isolation().userns();
        if (theirs instanceof UsernsMode.Host) {
            // Refused by whoever looks for the host's namespaces, unless somebody typed it.
            return asked.orElse(otherwise);
        }
        asked.filter(mode -> !mode.equals(theirs)).ifPresent(mode -> {
            throw Invalid.because(
                    "user namespace: --userns=" + mode.spelling() + " cannot be for a container that joins "
                            + "namespaces of " + first.spec().name() + ": it lives in that one's user namespace ("
                            + theirs.spelling() + "); leave --userns out, or join none");
        });
        return theirs;
    }

    /// The id of the container whose user namespace it was made with.
    private String home(Container container) {
        ContainerSpec spec = container.spec();
        List<String> joined = joined(
                spec.network().mode(), spec.isolation().pid(), spec.isolation().ipc());
        if (spec.isolation().userns() instanceof UsernsMode.Host || joined.isEmpty()) {
            return container.id().value();
        }
        String id = new ContainerId(joined.getFirst()).value();
        try {
            return home(containers.apply(id));
        } catch (EngineException removed) {
            return id;
        }
    }
}
