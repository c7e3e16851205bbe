package io.bulkhead.container;

import io.bulkhead.capability.Capability;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.Digest;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.RecordingName;
import io.bulkhead.selinux.LabelMode;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.HealthCheck;
import io.bulkhead.spec.IoSpec;
import io.bulkhead.spec.IsolationSpec;
import io.bulkhead.spec.IsolationSpec.DeviceSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.LogSpec;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.Protocol;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import io.bulkhead.spec.ProcessSpec;
import io.bulkhead.spec.Resources;
import io.bulkhead.spec.Resources.Ulimit;
import io.bulkhead.spec.RestartPolicy;
import io.bulkhead.spec.Signal;
import io.bulkhead.spec.StopSpec;
import io.bulkhead.spec.StorageSpec;
import io.bulkhead.spec.StorageSpec.Mount;
import io.bulkhead.spec.UserSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Specs for tests.
final class Specs {

    private Specs() {}

    static ContainerId id(char digit) {
        return new ContainerId(("" + digit).repeat(64));
    }

    static ContainerSpec plain(char digit, String name) {
        return spec(
                digit,
                name,
                IsolationSpec.safeDefault(),
                StorageSpec.none(),
                NetworkSpec.of(new NetworkSpec.Mode.None()));
    }

    /// Every variant there is, and no field left at its default.
    static ContainerSpec everything() {
        var isolation = new IsolationSpec(
                new UsernsMode.Host(),
                new Confinement.Unconfined(),
                Optional.of(new RecordingName("web")),
                new LabelMode.Disabled(),
                Set.of(Capability.NET_ADMIN),
                List.of("NET_ADMIN"),
                List.of("ALL"),
                List.of("label=disable"),
                true,
                true,
                true,
                false,
                new NamespaceMode.Host(),
                new NamespaceMode.Container(id('b').value()),
                new NamespaceMode.Private(),
                new NamespaceMode.Host(),
                List.of(new DeviceSpec("/dev/fuse", "/dev/fuse", "rwm")),
                Map.of("net.core.somaxconn", "1024"),
                "/other");
        var storage = new StorageSpec(List.of(
                new Mount.Bind("/srv", "/srv", true, List.of("rslave"), true, "/srv:/srv:ro"),
                new Mount.Volume(
                        "data",
                        "/data",
                        false,
                        true,
                        true,
                        "local",
                        Map.of("o", "x"),
                        Map.of("l", "v"),
                        "sub",
                        "data:/data"),
                new Mount.Tmpfs("/tmp", List.of("size=64m"), true)));
        var network = new NetworkSpec(
                new NetworkSpec.Mode.Bridge("bridge"),
                List.of(new Port(80, Protocol.TCP)),
                List.of(new PublishedPort(new Port(53, Protocol.UDP), "127.0.0.1", 5353)),
                true,
                List.of("9.9.9.9"),
                List.of("example.com"),
                List.of("ndots:1"),
                List.of("db:10.0.0.1"),
                Optional.of("02:42:00:00:00:01"),
                Optional.of("10.89.0.9"),
                List.of("alias"));
        return spec('a', "everything", isolation, storage, network);
    }

    private static ContainerSpec spec(
            char digit, String name, IsolationSpec isolation, StorageSpec storage, NetworkSpec network) {
        return new ContainerSpec(
                id(digit),
                new ContainerName(name),
                "debian:12",
                Digest.sha256("c".repeat(64)),
                "docker.io/library/debian:12",
                "",
                new ProcessSpec(
                        List.of("/bin/sh"),
                        List.of("-c", "true"),
                        List.of("A=b=c"),
                        "/work",
                        UserSpec.parse("www-data:33"),
                        List.of("tty"),
                        true),
                new IoSpec(true, true, false, true, true, false),
                "host",
                "domain",
                Map.of("label", "value"),
                Optional.of(new HealthCheck(
                        List.of("CMD", "true"),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(1500),
                        Duration.ofSeconds(5),
                        3)),
                new StopSpec(Signal.parse("RTMIN+3"), Duration.ofSeconds(-1), true),
                new RestartPolicy(RestartPolicy.Condition.ON_FAILURE, 3),
                false,
                isolation,
                resources(),
                storage,
                network,
                new LogSpec("json-file", Map.of("max-size", "10m")));
    }

    private static Resources resources() {
        return new Resources(
                OptionalLong.of(64L << 20),
                OptionalLong.empty(),
                OptionalLong.of(-1),
                OptionalLong.of(500_000_000),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                "0-1",
                "0",
                100,
                500,
                10,
                true,
                64L << 20,
                List.of(new Ulimit("nofile", 1024, 2048)));
    }
}
