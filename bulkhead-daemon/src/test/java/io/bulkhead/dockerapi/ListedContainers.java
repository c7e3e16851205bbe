package io.bulkhead.dockerapi;

import io.bulkhead.access.Allowed;
import io.bulkhead.container.Container;
import io.bulkhead.container.Containers;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineInfo;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.Digest;
import io.bulkhead.network.Attachment;
import io.bulkhead.ownership.Ownership;
import io.bulkhead.recording.Recordings;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IoSpec;
import io.bulkhead.spec.IsolationSpec;
import io.bulkhead.spec.LogSpec;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.ProcessSpec;
import io.bulkhead.spec.Resources;
import io.bulkhead.spec.RestartPolicy;
import io.bulkhead.spec.Signal;
import io.bulkhead.spec.StopSpec;
import io.bulkhead.spec.StorageSpec;
import io.bulkhead.spec.UserSpec;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Containers that are only ever listed and found: what these routes want of them. Everything else is an error.
public final class ListedContainers {

    private final List<Container> list = new CopyOnWriteArrayList<>();
    private final Recordings recordings;

    private final Ownership ownership;

    /// @param recordings real ones
    /// @param ownership a real one
    public ListedContainers(Recordings recordings, Ownership ownership) {
        this.recordings = recordings;
        this.ownership = ownership;
    }

    /// As the engine's interface.
    public Containers containers() {
        return (Containers) Proxy.newProxyInstance(
                Containers.class.getClassLoader(),
                new Class<?>[] {Containers.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "resolve" -> named(String.valueOf(arguments[0]));
                    case "all" -> List.copyOf(list);
                    case "info" -> new EngineInfo("crun", "1.8.1", "2.1.6", 2, true, "ebpf");
                    case "ownSize" -> 42L;
                    case "denials" -> List.of();
                    case "owners" -> List.of();
                    case "agreedIds" -> Map.of();
                    case "forgetIds" ->
                        throw new EngineException(EngineException.Reason.NOT_FOUND, "No ids are agreed on");
                    case "recordings" -> recordings;
                    case "ownership" -> ownership;
                    case "undoOwnership" -> ownership.undo((Allowed) arguments[0], String.valueOf(arguments[1]));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Container named(String name) {
        return list.stream()
                .filter(container -> container.spec().name().value().equals(name))
                .findFirst()
                .orElseThrow(() -> new EngineException(EngineException.Reason.NOT_FOUND, "No such container: " + name));
    }

    /// A running container with one volume, on the bridge.
    public Container add(String name, Digest image, String volume) {
        var mount =
                new StorageSpec.Mount.Volume(volume, "/data", false, false, false, "local", Map.of(), Map.of(), "", "");
        var id = new ContainerId(String.format("%064x", list.size() + 0xc0ffeeL));
        var spec = new ContainerSpec(
                id,
                new ContainerName(name),
                "debian:12",
                image,
                "docker.io/library/debian:12",
                "unix:0",
                new ProcessSpec(List.of(), List.of("sh"), List.of(), "/", UserSpec.parse(""), List.of(), false),
                new IoSpec(false, false, false, false, true, true),
                "",
                "",
                Map.of(),
                Optional.empty(),
                new StopSpec(Signal.TERM, Duration.ofSeconds(10), false),
                RestartPolicy.NEVER,
                false,
                IsolationSpec.safeDefault(),
                Resources.defaults(),
                new StorageSpec(List.of(mount)),
                NetworkSpec.of(new NetworkSpec.Mode.Bridge("bridge")),
                LogSpec.defaults());
        var container = container(spec);
        list.add(container);
        return container;
    }

    private static Container container(ContainerSpec spec) {
        var attachment = new Attachment(
                "bridge", "b".repeat(64), "e".repeat(64), "10.88.0.2", 16, "10.88.0.1", "02:00:00:00:00:01", List.of());
        return new Container(
                spec,
                Instant.EPOCH,
                Optional.empty(),
                new Container.State(
                        Container.Status.RUNNING, 1, 0, "", false, Optional.of(Instant.EPOCH), Optional.empty()),
                0,
                Optional.empty(),
                Optional.of(attachment),
                List.of(),
                Path.of("/bundle"),
                Path.of("/log"),
                new Container.HostFiles(Path.of("/h"), Path.of("/h"), Path.of("/r")),
                List.of(),
                List.of());
    }
}
