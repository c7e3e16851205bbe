package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespacesTest {

    private static final IdMap MAP = IdMap.of(new IdRange(3_000_000, 65_536));

    @TempDir
    Path temp;

    @BeforeEach
    void needsRoot() {
        assumeTrue(Host.root(), "makes namespaces with maps, which needs root");
    }

    @Test
    void anImagesFilesAppearWithTheContainersOwnersAndNothingIsWritten() throws IOException {
        assumeTrue(Mounts.idmapSupported(temp), "the file system has no idmapped mounts");
        Path layer = Files.createDirectory(temp.resolve("layer"));
        Path file = Files.writeString(layer.resolve("file"), "image");
        Path view = Files.createDirectory(temp.resolve("view"));

        try (var made = Namespaces.create(MAP, MAP, false);
                Fd tree = Mounts.idmappedClone(layer, made.user(), true)) {
            Mounts.attach(tree, view);
            assertThat(Files.getAttribute(view.resolve("file"), "unix:uid")).isEqualTo(3_000_000);
            assertThatThrownBy(() -> Files.writeString(view.resolve("file"), "changed"))
                    .isInstanceOf(IOException.class);
        } finally {
            Mounts.detach(view);
        }
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(0);
    }

    @Test
    void anOverlayOverAnIdmappedLayerKeepsTheLayerUntouched() throws IOException {
        assumeTrue(Mounts.idmapSupported(temp), "the file system has no idmapped mounts");
        for (String name : new String[] {"layer", "view", "upper", "work", "merged"}) {
            Files.createDirectory(temp.resolve(name));
        }
        Files.writeString(temp.resolve("layer/file"), "image");

        try (var made = Namespaces.create(MAP, MAP, false);
                Fd tree = Mounts.idmappedClone(temp.resolve("layer"), made.user(), true)) {
            Mounts.attach(tree, temp.resolve("view"));
            Mounts.overlay(
                    java.util.List.of(temp.resolve("view")),
                    temp.resolve("upper"),
                    temp.resolve("work"),
                    temp.resolve("merged"),
                    "");
            assertThat(Files.getAttribute(temp.resolve("merged/file"), "unix:uid"))
                    .isEqualTo(3_000_000);
            Files.writeString(temp.resolve("merged/file"), "container");
        } finally {
            Mounts.detach(temp.resolve("merged"));
            Mounts.detach(temp.resolve("view"));
        }
        assertThat(Files.readString(temp.resolve("layer/file"))).isEqualTo("image");
        assertThat(Files.readString(temp.resolve("upper/file"))).isEqualTo("container");
    }

    @Test
    void manyAreMadeAtOnceWhileTheCollectorRunsAndNoProcessStays() throws Exception {
        var results = new ArrayList<Future<Integer>>();
        Callable<Integer> makeOne = () -> {
            try (var made = Namespaces.create(MAP, MAP, true)) {
                Namespaces.setLoopbackUp(made.network().orElseThrow());
                return made.user().number();
            }
        };

        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 300; i++) {
                results.add(threads.submit(makeOne));
                if (i % 50 == 0) {
                    System.gc();
                }
            }
        }

        for (Future<Integer> result : results) {
            assertThat(result.get()).isPositive();
        }
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    /// A virtual thread's carrier may be started by whoever wakes it: none may be born in the visited namespace.
    @Test
    void noThreadStaysInAVisitedNamespace() throws Exception {
        try (var made = Namespaces.create(MAP, MAP, true);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Fd network = made.network().orElseThrow();
            var visits = new ArrayList<Future<String>>();
            for (int i = 0; i < 100; i++) {
                visits.add(threads.submit(() -> Namespaces.inNetwork(network, NamespacesTest::interfaces)));
            }

            for (Future<String> visit : visits) {
                assertThat(visit.get()).contains("lo:").doesNotContain("eth");
            }
            assertThat(namespacesOfThreads()).hasSize(1);
        }
    }

    @Test
    void whatFailsInAVisitedNamespaceFailsHere() {
        try (var made = Namespaces.create(MAP, MAP, true)) {
            Fd network = made.network().orElseThrow();

            assertThatThrownBy(() -> Namespaces.inNetwork(network, () -> {
                        throw new IllegalStateException("no");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no");
        }
    }

    private static String interfaces() {
        return Host.read(Path.of("/proc/thread-self/net/dev"));
    }

    private static java.util.Set<String> namespacesOfThreads() throws IOException {
        var seen = new java.util.HashSet<String>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                addNamespace(seen, task);
            }
        }
        return seen;
    }

    private static void addNamespace(java.util.Set<String> seen, Path task) throws IOException {
        try {
            seen.add(Files.readSymbolicLink(task.resolve("ns/net")).toString());
        } catch (java.nio.file.NoSuchFileException _) {
            // the thread ended meanwhile
        }
    }

    @Test
    void aMapTheKernelRefusesIsAnErrorAndLeavesNoProcess() {
        var reachesTooFar = new IdMap(java.util.List.of(new IdMap.Line(0, 0, 1), new IdMap.Line(1, 4_294_967_290L, 5)));

        try (var made = Namespaces.create(reachesTooFar, reachesTooFar, false)) {
            assertThat(made.network()).isEmpty();
        }
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    @Test
    void aSpawnedProgramHasTheDescriptorsItWasGivenAndNoOther() throws Exception {
        try (var input = Spawn.pipe();
                var output = Spawn.pipe();
                Fd _ = Directory.open(temp).fd()) {
            Child child = Spawn.start(
                    java.util.List.of("/bin/ls", "/proc/self/fd"),
                    Map.of(),
                    Map.of(0, input.read(), 1, output.write(), 2, output.write()),
                    true);
            output.write().close();
            String listed = new String(
                    FileChannels.input(output.read()).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

            assertThat(child.waitFor()).isZero();
            // 3 is the directory that ls has open itself
            assertThat(listed.split("\n", -1)).containsExactly("0", "1", "2", "3", "");
        }
    }

    @Test
    void aNetworkOfTheHostsUserNamespaceIsNotTheHostsNetwork() throws Exception {
        try (Fd made = Namespaces.createNetwork()) {
            Path host = Path.of("/proc/self/ns/net");
            assertThat(Files.readSymbolicLink(Path.of(made.path())).toString()).startsWith("net:[");
            assertThat(Files.readAttributes(Path.of(made.path()), "unix:ino"))
                    .isNotEqualTo(Files.readAttributes(host, "unix:ino"));
        }
    }
}
