package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.bundle.ContainerTree.Kind;
import io.bulkhead.bundle.ContainerTree.Place;
import io.bulkhead.bundle.ImageUsers.Resolved;
import io.bulkhead.bundle.OciProcess.Program;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.name.Names;
import io.bulkhead.spec.ContainerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// What an OCI runtime needs to make a container: a mounted root file system and `config.json`.
///
/// Close it as soon as the runtime has created the container, which then has mounts of its own, or when no container
/// comes of it: that detaches everything mounted here and removes the mount points. `config.json` stays.
public final class Bundle implements AutoCloseable {

    private static final int CONFIG_MODE = 0600;
    private static final int PRIVATE_MODE = 0700;

    private final BundleRequest request;
    private final Undo undo = new Undo();
    private final List<String> warnings = new ArrayList<>();
    private List<MountedAt> mounts = List.of();
    private Resolved user = new Resolved(0, 0, List.of(), "/", false);

    private Bundle(BundleRequest request) {
        this.request = request;
    }

    /// Mounts everything and writes `config.json`.
    /// @throws BundleException after taking back what was done
    public static Bundle prepare(BundleRequest request) {
        return made(request, Bundle::mountAndDescribe);
    }

    /// Mounts the root file system with its binds and volumes for a container that does not run, to copy from it or
    /// export it. What the runtime would mount (`/proc`, a tmpfs) is not there.
    public static Bundle mountRootfs(BundleRequest request) {
        return made(request, bundle -> bundle.mountTree().close());
    }

    /// The `process` object for a further process in a running container, as JSON.
    ///
    /// @param containerRoot the running container's root, for its user and group files
    public static String processSpec(
            ContainerSpec spec, Optional<IdMaps> idMaps, Directory containerRoot, ExecProgram program) {
        return ExecProcess.json(spec, idMaps, containerRoot, program);
    }

    private static Bundle made(BundleRequest request, java.util.function.Consumer<Bundle> steps) {
        var bundle = new Bundle(request);
        try {
            steps.accept(bundle);
            return bundle;
        } catch (KernelException refused) {
            var failure = BundleException.of("prepare the container", refused);
            bundle.undo.unwind(failure);
            throw failure;
        } catch (RuntimeException | Error failure) {
            bundle.undo.unwind(failure);
            throw failure;
        }
    }

    public Path directory() {
        return request.directory();
    }

    /// Where the root file system is mounted until this is closed.
    public Path rootfs() {
        return request.directory().resolve("rootfs");
    }

    /// What is not as safe, as fast or as asked as it could be, for `inspect`.
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public List<MountedAt> mounts() {
        return mounts;
    }

    /// The user the first process runs as.
    public Resolved user() {
        return user;
    }

    @Override
    public void close() {
        undo.close();
    }

    private void mountAndDescribe() {
        var own = new OwnMounts(request);
        List<OciMount> ownMounts = own.all();
        List<DeviceNode> devices = request.spec().isolation().devices().stream()
                .map(DeviceNode::of)
                .toList();
        try (ContainerTree tree = mountRoot()) {
            user = ImageUsers.read(tree.root())
                    .resolve(
                            request.spec().process().user(),
                            request.spec().process().additionalGroups(),
                            request.idMaps());
            tree.requireSystemDirectories();
            var storage = mountStorage(tree, own, Optional.of(user));
            var all = new ArrayList<>(ownMounts);
            all.addAll(storage.byRuntime());
            String cwd = workdir(tree, all);
            SharedMemory.attach(request, undo);
            if (request.userNamespace().isPresent()) {
                List<Path> nodes = OwnDevices.make(request, devices, undo);
                for (int i = 0; i < nodes.size(); i++) {
                    all.add(boundDevice(tree, devices.get(i), nodes.get(i)));
                }
            }
            write(describe(all, devices, cwd));
        }
    }

    private ContainerTree mountTree() {
        ContainerTree tree = mountRoot();
        try {
            tree.requireSystemDirectories();
            mountStorage(tree, new OwnMounts(request), Optional.empty());
            return tree;
        } catch (RuntimeException failure) {
            tree.close();
            throw failure;
        }
    }

    private ContainerTree mountRoot() {
        // What a start that was killed left mounted; nothing else is ever mounted on it.
        Mounts.detach(request.directory());
        BundleDirectory.make(request.directory(), BundleDirectory.PASSABLE);
        if (request.userNamespace().isPresent()) {
            BundleDirectory.requirePassable(request.directory());
        }
        BundleDirectory.make(rootfs(), PRIVATE_MODE, undo);
        Directory root = new RootFilesystem(request, undo, warnings).mount(rootfs());
        return new ContainerTree(root, request.spec().imageName(), Owner.ofRoot(request.idMaps()));
    }

    private StorageMounts mountStorage(ContainerTree tree, OwnMounts own, Optional<Resolved> runs) {
        new EngineMounts(request, tree).mountAll(own);
        var storage = new StorageMounts(request, tree, runs, undo, warnings);
        storage.mountAll();
        mounts = storage.mounted();
        return storage;
    }

    /// Makes the working directory if the image lacks it. It may not be in `/proc`, where names lead to descriptors of
    /// the runtime and so out of the container (CVE-2024-21626).
    private String workdir(ContainerTree tree, List<OciMount> mounts) {
        String cwd = Paths.clean(request.spec().process().workdir());
        boolean there = mounts.stream()
                .anyMatch(mount -> Paths.within(cwd, mount.destination())
                        && !Paths.within(mount.destination(), "/proc")
                        && !Paths.within(mount.destination(), "/sys"));
        if (!there && !cwd.equals("/")) {
            tree.reach(cwd, Kind.DIRECTORY).close();
        }
        return cwd;
    }

    /// In a user namespace nobody can make a device node: one is bound.
    private static OciMount boundDevice(ContainerTree tree, DeviceNode device, Path node) {
        String path = device.containerPath();
        if (!Paths.within(path, "/dev")) {
            try (Place place = tree.reach(path, Kind.FILE)) {
                path = place.path();
            }
        }
        var options = new ArrayList<>(List.of("bind", "nosuid", "noexec"));
        if (!device.access().contains("w")) {
            options.add("ro");
        }
        return new OciMount(path, "bind", node.toString(), options);
    }

    private Map<String, Object> describe(List<OciMount> all, List<DeviceNode> devices, String cwd) {
        ContainerSpec spec = request.spec();
        var args = new ArrayList<>(spec.process().args());
        if (args.isEmpty()) {
            throw new BundleException(
                    Reason.IMAGE_MALFORMED,
                    "image " + Names.shown(spec.imageName()) + " names no command, and none was given");
        }
        if (spec.process().init()) {
            args.addAll(0, List.of(OciProcess.INIT, "--"));
        }
        var process = new OciProcess(spec);
        Map<String, Object> json = process.json(
                new Program(args, spec.process().env(), cwd, user, spec.io().tty()));
        process.addOomScore(json);
        boolean slaves = mounts.stream().anyMatch(mount -> mount.propagation().equals(BindOptions.SLAVE));
        var resources = new OciResources(spec.resources(), request.runtime(), warnings).json(devices);
        return new OciConfig(request).json(json, all, resources, devices, slaves);
    }

    /// Not through a temporary file and not synced: a start that is cut off here is made anew from the spec.
    private void write(Map<String, Object> config) {
        byte[] json = JsonMapper.shared().writeValueAsBytes(config);
        BundleDirectory.write(request.directory().resolve("config.json"), json, CONFIG_MODE);
    }
}
