package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.NetworkSpec.Mode;
import io.bulkhead.spec.StorageSpec.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The mounts every container has: `/proc`, `/dev` and what is in it, `/sys`, its own cgroup. The runtime makes them
/// inside the container's namespaces.
final class OwnMounts {

    private static final String PRIVATE_TTY_GROUP = "gid=5";

    private final BundleRequest request;
    private final ContainerSpec spec;
    private final Set<String> taken;

    OwnMounts(BundleRequest request) {
        this.request = request;
        this.spec = request.spec();
        this.taken = spec.storage().mounts().stream()
                .map(Mount::target)
                .map(Paths::clean)
                .collect(Collectors.toSet());
    }

    List<OciMount> all() {
        var mounts = new ArrayList<OciMount>();
        requireOwnProc();
        mounts.add(new OciMount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")));
        mounts.add(new OciMount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")));
        mounts.add(new OciMount("/dev/pts", "devpts", "devpts", terminals()));
        if (ownSys()) {
            mounts.add(new OciMount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro")));
        }
        mounts.add(new OciMount(
                "/sys/fs/cgroup", "cgroup", "cgroup", List.of("nosuid", "noexec", "nodev", "relatime", "ro")));
        queues().ifPresent(mounts::add);
        sharedMemory().ifPresent(mounts::add);
        return mounts;
    }

    /// A sysfs shows the network namespace of whoever mounts it, and the kernel lets only the owner of that namespace
    /// do so. Where a runtime is asked to all the same, crun silently binds the host's `/sys` writable.
    boolean ownSys() {
        return request.userNamespace().isEmpty()
                || switch (spec.network().mode()) {
                    case Mode.Bridge _, Mode.None _ ->
                        request.networkNamespace().isPresent();
                    case Mode.Host _, Mode.Container _ -> false;
                };
    }

    /// The same rule for `/proc` and the namespace of process ids, where there is nothing harmless to show instead.
    private void requireOwnProc() {
        if (request.userNamespace().isPresent() && spec.isolation().pid() instanceof NamespaceMode.Host) {
            throw new BundleException(
                    Reason.UNSUPPORTED,
                    "user namespace: the host's processes (--pid=host) cannot be shown in a container with its own "
                            + "ids; --userns=host would lift it");
        }
    }

    private List<String> terminals() {
        var options = new ArrayList<>(List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
        boolean mapped = request.idMaps().isEmpty()
                || request.idMaps().get().groups().hostId(5).isPresent();
        if (mapped) {
            options.add(PRIVATE_TTY_GROUP);
        }
        return options;
    }

    private Optional<OciMount> queues() {
        List<String> restricted = List.of("nosuid", "noexec", "nodev");
        if (taken.contains("/dev/mqueue")) {
            return Optional.empty();
        }
        if (request.userNamespace().isEmpty() || !(spec.isolation().ipc() instanceof NamespaceMode.Host)) {
            return Optional.of(new OciMount("/dev/mqueue", "mqueue", "mqueue", restricted));
        }
        return Optional.empty();
    }

    private Optional<OciMount> sharedMemory() {
        if (taken.contains("/dev/shm")) {
            return Optional.empty();
        }
        if (spec.isolation().ipc() instanceof NamespaceMode.Host) {
            return Optional.of(
                    new OciMount("/dev/shm", "bind", "/dev/shm", List.of("bind", "nosuid", "noexec", "nodev")));
        }
        if (request.sharedMemory().isPresent()) {
            return Optional.of(OciMount.bind(SharedMemory.place(request).toString(), "/dev/shm"));
        }
        String size = "size=" + spec.resources().shmSize();
        return Optional.of(
                new OciMount("/dev/shm", "tmpfs", "shm", List.of("nosuid", "noexec", "nodev", "mode=1777", size)));
    }
}
