package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleRequest.RuntimeFacts;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.kernel.Namespaces;
import io.bulkhead.name.ContainerId;
import io.bulkhead.ownership.Ownership;
import io.bulkhead.spec.ContainerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A state directory, an image made of busybox, and real runtimes to start a bundle with. Nothing of it stays.
final class Sandbox implements AutoCloseable {

    static final long FIRST_ID = 3_200_000;
    static final IdMap MAP = IdMap.of(new IdRange(FIRST_ID, 65_536));
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    final Path base;
    final Path layer;
    final Map<String, Path> volumes = new HashMap<>();
    private final List<Namespaces.Made> opened = new ArrayList<>();

    Sandbox(Path temp) throws IOException {
        base = temp;
        // The runtime walks here as somebody whom the host does not know.
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx--x--x"));
        layer = Files.createDirectories(base.resolve("layer"));
        for (String name : new String[] {"bin", "etc", "proc", "sys", "dev", "tmp"}) {
            Files.createDirectory(layer.resolve(name));
        }
        Files.copy(BUSYBOX, layer.resolve("bin/busybox"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        for (String applet : new String[] {"sh", "cat", "ls", "id", "stat", "touch", "env", "pwd", "true", "grep"}) {
            Files.createSymbolicLink(layer.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        Files.writeString(layer.resolve("etc/passwd"), """
                root:x:0:0:root:/root:/bin/sh
                alice:x:1000:1001:Alice:/home/alice:/bin/sh
                far:x:70000:70000::/:/bin/sh
                """);
        Files.writeString(layer.resolve("etc/group"), """
                root:x:0:
                staff:x:1001:
                audio:x:29:alice,root
                video:x:44:alice
                """);
    }

    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    static boolean has(String program) {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    static boolean usable() {
        return root() && Files.isExecutable(BUSYBOX);
    }

    /// A request for a container with its own user and network namespaces.
    BundleRequest request(ContainerSpec spec, String runtime) {
        var made = Namespaces.create(MAP, MAP, true);
        opened.add(made);
        return request(spec, runtime, Optional.of(made));
    }

    /// A request for a container with the host's user namespace.
    BundleRequest requestOnHost(ContainerSpec spec, String runtime) {
        return request(spec, runtime, Optional.empty());
    }

    private BundleRequest request(ContainerSpec spec, String runtime, Optional<Namespaces.Made> made) {
        Path storage = base.resolve("storage-" + spec.id().shortened());
        try {
            Files.createDirectories(
                    storage, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return new BundleRequest(
                spec,
                base.resolve("bundle-" + spec.id().shortened()),
                storage,
                List.of(layer),
                made.map(Namespaces.Made::user),
                made.map(_ -> IdMaps.same(MAP)),
                made.flatMap(Namespaces.Made::network),
                Map.of(),
                Optional.empty(),
                volumes,
                ownership(),
                "/bulkhead-test/" + spec.id(),
                new RuntimeFacts(
                        runtime,
                        runtime.equals("crun") ? List.of("SECCOMP_FILTER_FLAG_LOG") : List.of(),
                        cgroupVersion(),
                        Optional.of(BUSYBOX),
                        true,
                        false));
    }

    Ownership ownership() {
        return Ownership.open(base.resolve("engine/ownership"), base.resolve("engine"), java.time.Clock.systemUTC());
    }

    private static int cgroupVersion() {
        return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? 2 : 1;
    }

    /// Prepares a container, lets the runtime run it to its end, and takes everything away again.
    Outcome run(ContainerSpec spec, String runtime) throws IOException, InterruptedException {
        return run(request(spec, runtime), runtime);
    }

    Outcome run(BundleRequest request, String runtime) throws IOException, InterruptedException {
        try (Bundle bundle = Bundle.prepare(request)) {
            return start(bundle, request.spec().id(), runtime);
        } finally {
            removeCgroups(request.cgroupPath());
        }
    }

    private Outcome start(Bundle bundle, ContainerId id, String runtime) throws IOException, InterruptedException {
        Process process = command(runtime, "run", "-b", bundle.directory().toString(), id.value());
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output, errors, bundle.warnings());
    }

    /// Starts the runtime as the daemon does: in a mount namespace of its own, with pipes.
    Process command(String runtime, String... arguments) throws IOException {
        String script = "umount /sys/fs/cgroup/unified 2>/dev/null; exec \"$0\" \"$@\"";
        var command = new ArrayList<>(
                List.of("unshare", "--mount", "--propagation", "slave", "sh", "-c", script, runtime, "--root"));
        command.add(base.resolve("run-" + runtime).toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    int waitForPid(String runtime, String id) throws IOException, InterruptedException {
        for (int i = 0; i < 200; i++) {
            Process state = command(runtime, "state", id);
            state.getOutputStream().close();
            String json = new String(state.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (state.waitFor() == 0 && json.replace(" ", "").contains("\"status\":\"running\"")) {
                return tools.jackson.databind.json.JsonMapper.shared()
                        .readTree(json)
                        .get("pid")
                        .asInt();
            }
            Thread.sleep(50);
        }
        throw new AssertionError("container " + id + " does not run");
    }

    BundleRequest withoutIdmap(BundleRequest r) {
        var facts = r.runtime();
        return new BundleRequest(
                r.spec(),
                r.directory(),
                r.storage(),
                r.layers(),
                r.userNamespace(),
                r.idMaps(),
                r.networkNamespace(),
                r.joined(),
                r.sharedMemory(),
                r.volumes(),
                r.ownership(),
                r.cgroupPath(),
                new RuntimeFacts(
                        facts.name(), facts.seccompFlags(), facts.cgroupVersion(), facts.initBinary(), false, false));
    }

    record Outcome(int code, String output, String errors, List<String> warnings) {
        String line(String start) {
            return output.lines()
                    .filter(line -> line.startsWith(start))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no line `" + start + "` in: " + output + errors));
        }
    }

    static void removeCgroups(String path) throws IOException {
        Path controllers = Path.of("/sys/fs/cgroup");
        try (var hierarchies = Files.list(controllers)) {
            List<Path> roots =
                    new ArrayList<>(hierarchies.filter(Files::isDirectory).toList());
            roots.add(controllers);
            for (Path root : roots) {
                Path cgroup = root.resolve(path.substring(1));
                for (Path each = cgroup; each != null && !each.equals(root); each = each.getParent()) {
                    if (Files.isDirectory(each)) {
                        try {
                            Files.delete(each);
                        } catch (IOException stillUsed) {
                            break;
                        }
                    }
                }
            }
        }
    }

    /// Everything below `tree` with its owner, mode and content.
    static String fingerprint(Path tree) throws IOException {
        var text = new StringBuilder();
        try (var files = Files.walk(tree, new FileVisitOption[0])) {
            for (Path file : files.sorted().toList()) {
                text.append(tree.relativize(file))
                        .append(' ')
                        .append(Files.readAttributes(
                                file,
                                "unix:uid,gid,mode,lastModifiedTime,ctime,ino",
                                java.nio.file.LinkOption.NOFOLLOW_LINKS));
                if (Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                    text.append(java.util.Arrays.hashCode(Files.readAllBytes(file)));
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    void closeNamespaces() {
        opened.forEach(Namespaces.Made::close);
        opened.clear();
    }

    @Override
    public void close() throws IOException {
        closeNamespaces();
        // A failed test may have left a mount; the directory could not be removed then.
        for (String line : Files.readAllLines(Path.of("/proc/self/mounts")).reversed()) {
            String target = line.split(" ", -1)[1];
            if (target.startsWith(base + "/")) {
                Mounts.detach(Path.of(target));
            }
        }
    }
}
