package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.bundle.ContainerTree.Kind;
import io.bulkhead.bundle.ContainerTree.Place;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.Links;
import io.bulkhead.kernel.MountFlag;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.kernel.Propagation;
import io.bulkhead.spec.StorageSpec.Mount;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The engine's own files in a container: hosts, host name, resolver, and the init that was asked for.
final class EngineMounts {

    private final BundleRequest request;
    private final ContainerTree tree;
    private final Set<String> taken;

    EngineMounts(BundleRequest request, ContainerTree tree) {
        this.request = request;
        this.tree = tree;
        this.taken = request.spec().storage().mounts().stream()
                .map(Mount::target)
                .map(Paths::clean)
                .collect(Collectors.toSet());
    }

    void mountAll(OwnMounts own) {
        HostFiles.in(request.storage(), request.spec()).prepare(request.idMaps());
        boolean readOnly = request.spec().isolation().readOnlyRootfs();
        for (String file : new String[] {HostFiles.HOSTNAME, HostFiles.HOSTS, HostFiles.RESOLV_CONF}) {
            if (!taken.contains("/etc/" + file)) {
                file(request.storage(), file, "/etc/" + file, readOnly);
            }
        }
        if (request.spec().process().init()) {
            init();
        }
        if (!own.ownSys()) {
            hostSys();
        }
    }

    private void init() {
        Path program = request.runtime()
                .initBinary()
                .orElseThrow(() -> new BundleException(
                        Reason.UNSUPPORTED, "--init: no init program is installed; install catatonit or tini"));
        // The host's /bin or /sbin is a link nowadays.
        Path real = BundleDirectory.real(program);
        Path parent = real.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("the init program " + program + " is a directory");
        }
        file(parent, real.getFileName().toString(), OciProcess.INIT, true);
    }

    private void file(Path directory, String name, String target, boolean readOnly) {
        var flags = EnumSet.of(MountFlag.NO_SUID, MountFlag.NO_DEV);
        if (readOnly) {
            flags.add(MountFlag.READ_ONLY);
        }
        try (Directory host = Directory.open(directory);
                Fd source = host.pin(name, Links.REFUSE);
                Place place = tree.reach(target, Kind.FILE)) {
            attach(source, false, flags, place.pin());
        }
    }

    /// What the container would see of the host's `/sys` in its own is about the same; here it is read-only as a whole
    /// before the container exists, and locked so by the user namespace.
    private void hostSys() {
        var flags = EnumSet.of(MountFlag.NO_SUID, MountFlag.NO_DEV, MountFlag.NO_EXEC, MountFlag.READ_ONLY);
        try (Directory host = Directory.open(Path.of("/"));
                Fd source = host.pin("sys", Links.REFUSE);
                Fd target = tree.root().pin("sys", Links.REFUSE)) {
            attach(source, true, flags, target);
        }
    }

    private static void attach(Fd source, boolean recursive, Set<MountFlag> flags, Fd target) {
        try (Fd clone = Mounts.clone(source, recursive)) {
            Mounts.restrict(clone, flags);
            Mounts.setPropagation(clone, Propagation.PRIVATE);
            Mounts.attach(clone, target);
        }
    }
}
