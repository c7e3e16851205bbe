package io.bulkhead.bundle;

import io.bulkhead.name.ContainerId;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.Digest;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Specs as the engine makes them, with what a test changes.
final class Specs {

    String user = "";
    String workdir = "/";
    List<String> groups = List.of();
    List<String> env = List.of();
    boolean init;
    boolean tty;
    String hostname = "";
    IsolationSpec isolation = IsolationSpec.safeDefault();
    Resources resources = Resources.defaults();
    List<StorageSpec.Mount> mounts = List.of();
    NetworkSpec network = NetworkSpec.of(new NetworkSpec.Mode.None());

    ContainerSpec running(String... command) {
        ContainerId id = ContainerId.random(new SecureRandom());
        return new ContainerSpec(
                id,
                new ContainerName("t" + id.shortened()),
                "busybox:test",
                Digest.parse("sha256:" + "0".repeat(64)),
                "docker.io/library/debian:12",
                "unix:0",
                new ProcessSpec(List.of(command), List.of(), env, workdir, UserSpec.parse(user), groups, init),
                new IoSpec(tty, false, false, false, true, true),
                hostname,
                "",
                Map.of(),
                Optional.empty(),
                new StopSpec(Signal.TERM, Duration.ofSeconds(1), false),
                RestartPolicy.NEVER,
                false,
                isolation,
                resources,
                new StorageSpec(mounts),
                network,
                LogSpec.defaults());
    }

    ContainerSpec shell(String script) {
        return running("/bin/sh", "-c", script);
    }

    static IsolationSpec withDevice(IsolationSpec.DeviceSpec device) {
        IsolationSpec safe = IsolationSpec.safeDefault();
        return new IsolationSpec(
                safe.userns(),
                safe.confinement(),
                safe.recording(),
                safe.label(),
                safe.capabilities(),
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                false,
                true,
                safe.pid(),
                safe.ipc(),
                safe.uts(),
                safe.cgroup(),
                List.of(device),
                Map.of(),
                "");
    }

    static Resources limited(long memory, long nanoCpus, long pids) {
        Resources none = Resources.defaults();
        return new Resources(
                OptionalLong.of(memory),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.of(nanoCpus),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                "",
                "",
                pids,
                0,
                0,
                false,
                none.shmSize(),
                List.of(new Resources.Ulimit("nofile", 512, 1024)));
    }
}
