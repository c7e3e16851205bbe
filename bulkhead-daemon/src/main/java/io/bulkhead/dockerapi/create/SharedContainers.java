package io.bulkhead.dockerapi.create;

import io.bulkhead.container.Container;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.name.ContainerId;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IsolationSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.StorageSpec.Mount;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The containers that a new one would share something with: those whose namespaces it joins, and those that use one of
/// its volumes.
public final class SharedContainers {

    private SharedContainers() {}

    /// Through what is shared the new container reaches into these: whoever makes it needs the privileges they have.
    public static List<Container> of(ContainerSpec spec, Collection<Container> all) {
        Set<String> joined = new HashSet<>(joined(spec).values());
        Set<String> volumes = volumes(spec);
        return all.stream()
                .filter(other -> joined.contains(other.id().value())
                        || volumes(other.spec()).stream().anyMatch(volumes::contains))
                .toList();
    }

    /// A namespace of a container that has it from the host is the host's. What is joined would then be called
    /// another's, and no privilege would say what it is; so it has to be asked for by its own name.
    static void requireNoHostNamespace(ContainerSpec spec, Function<String, Container> containers) {
        joined(spec).forEach((option, id) -> {
            ContainerSpec other = containers.apply(id).spec();
            if (isHosts(option, other)) {
                throw hosts(other, option, "--" + option + " host");
            }
            boolean hostUsers = other.isolation().userns() instanceof UsernsMode.Host;
            if (hostUsers && !(spec.isolation().userns() instanceof UsernsMode.Host)) {
                throw hosts(other, "user", "--userns=host");
            }
        });
    }

    private static RuntimeException hosts(ContainerSpec other, String namespace, String option) {
        return Invalid.because("container " + other.name() + " has the host's " + namespace
                + " namespace, so joining it is joining the host: ask for that with " + option
                + ", which is a privilege");
    }

    private static boolean isHosts(String option, ContainerSpec other) {
        IsolationSpec isolation = other.isolation();
        return switch (option) {
            case "network" -> other.network().mode() instanceof NetworkSpec.Mode.Host;
            case "pid" -> isolation.pid() instanceof NamespaceMode.Host;
            case "ipc" -> isolation.ipc() instanceof NamespaceMode.Host;
            case "uts" -> isolation.uts() instanceof NamespaceMode.Host;
            case "cgroupns" -> isolation.cgroup() instanceof NamespaceMode.Host;
            default -> throw new IllegalStateException("no such namespace: " + option);
        };
    }

    /// By the option's name, the id of the container whose namespace it is.
    private static Map<String, String> joined(ContainerSpec spec) {
        var joined = new LinkedHashMap<String, String>();
        if (spec.network().mode() instanceof NetworkSpec.Mode.Container(String id)) {
            joined.put("network", id);
        }
        IsolationSpec isolation = spec.isolation();
        put(joined, "pid", isolation.pid());
        put(joined, "ipc", isolation.ipc());
        put(joined, "uts", isolation.uts());
        put(joined, "cgroupns", isolation.cgroup());
        return joined;
    }

    private static void put(Map<String, String> joined, String option, NamespaceMode mode) {
        if (mode instanceof NamespaceMode.Container(String id)) {
            joined.put(option, new ContainerId(id).value());
        }
    }

    private static Set<String> volumes(ContainerSpec spec) {
        return spec.storage().mounts().stream()
                .flatMap(mount -> mount instanceof Mount.Volume volume
                        ? java.util.stream.Stream.of(volume.name())
                        : java.util.stream.Stream.empty())
                .collect(Collectors.toSet());
    }
}
