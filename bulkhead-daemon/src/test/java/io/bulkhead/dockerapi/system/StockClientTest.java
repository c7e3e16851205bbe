package io.bulkhead.dockerapi.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.access.Caller;
import io.bulkhead.authn.PeerCredentials;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.HttpServer;
import io.bulkhead.http.Limits;
import io.bulkhead.http.Link;
import io.bulkhead.http.Listener;
import io.bulkhead.name.Digest;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The unmodified docker client against the real server.
@Timeout(120)
class StockClientTest {

    @TempDir
    Path directory;

    private TestApi api;
    private HttpServer server;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(onPath("docker"), "needs the docker client on the PATH");
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        api = new TestApi(directory);
        server = HttpServer.start(
                List.of(new Listener.At(directory.resolve("s"))),
                link -> {
                    Caller caller = new PeerCredentials(Path.of("/proc")).caller(((Link.Unix) link).descriptor());
                    return _ -> caller;
                },
                api.router(ApiRoutes.of(api.backend)),
                Limits.STANDARD);
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
            api.close();
        }
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    private record Ran(int exitCode, String output) {}

    private Ran docker(String... arguments) throws Exception {
        return dockerReading(new byte[0], arguments);
    }

    private Ran dockerReading(byte[] input, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().put("DOCKER_HOST", "unix://" + directory.resolve("s"));
        builder.environment().put("DOCKER_CONFIG", directory.resolve("client").toString());
        Process docker = builder.start();
        try (var stdin = docker.getOutputStream()) {
            stdin.write(input);
        }
        String output = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(docker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(docker.exitValue(), output);
    }

    private String succeeding(String... arguments) throws Exception {
        Ran ran = docker(arguments);
        assertThat(ran.exitCode()).as(ran.output()).isZero();
        return ran.output();
    }

    @Test
    void versionAndInfoPrintWhatThisIs() throws Exception {
        assertThat(succeeding("version")).contains("Server: Bulkhead Engine", "1.51 (minimum version 1.41)", "crun");
        assertThat(succeeding("info"))
                .contains("Profile: bulkhead-default", "userns", "Storage Driver: overlay2", "Swarm: inactive")
                .contains("Cgroup Version: 2", "Live Restore Enabled: true");
        assertThat(succeeding("system", "df")).contains("Local Volumes", "Build Cache");
    }

    @Test
    void volumesLiveAndGo() throws Exception {
        assertThat(succeeding("volume", "create", "--label", "a=b", "data")).isEqualTo("data\n");
        assertThat(succeeding("volume", "ls", "-q", "--filter", "label=a=b")).isEqualTo("data\n");
        assertThat(succeeding("volume", "inspect", "-f", "{{.Mountpoint}}", "data"))
                .endsWith("/volumes/data/_data\n");
        api.containers.add("web", Digest.sha256("a".repeat(64)), "data");
        assertThat(docker("volume", "rm", "data").output()).contains("volume is in use");
        assertThat(docker("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/etc", "x1")
                        .output())
                .contains("mounts /etc is not supported");
        succeeding("volume", "create", "other");
        assertThat(succeeding("volume", "prune", "-af")).contains("other");
        assertThat(docker("volume", "inspect", "none").output()).contains("no such volume");
    }

    @Test
    void imagesArePulledListedTaggedAndRemoved() throws Exception {
        assertThat(succeeding("pull", "localhost:5000/team/web:1"))
                .contains("Status: Downloaded newer image for localhost:5000/team/web:1");
        succeeding("tag", "localhost:5000/team/web:1", "web:2");
        assertThat(succeeding("images", "--format", "{{.Repository}}:{{.Tag}}").lines())
                .containsExactlyInAnyOrder("localhost:5000/team/web:1", "web:2");
        assertThat(succeeding("image", "inspect", "-f", "{{.Config.StopSignal}}", "localhost:5000/team/web:1"))
                .isEqualTo("SIGINT\n");
        assertThat(succeeding("history", "-q", "--no-trunc", "web:2")).startsWith("sha256:");
        assertThat(succeeding("save", "web:2", "localhost:5000/team/web:1")).startsWith("archive of [");
        assertThat(succeeding("rmi", "web:2")).contains("Untagged: web:2", "Deleted: sha256:");
        assertThat(docker("rmi", "none").output()).contains("No such image: none");
        assertThat(succeeding("image", "prune", "-f")).contains("Total reclaimed space: 0B");
    }

    @Test
    void imagesAreLoadedAndImportedFromStandardInput() throws Exception {
        byte[] tar = "tar".getBytes(StandardCharsets.UTF_8);

        Ran loaded = dockerReading(tar, "load");
        Ran imported = dockerReading(tar, "import", "-c", "CMD [\"sh\"]", "-m", "hello", "-", "mine:1");

        assertThat(loaded.output()).contains("Loaded image: loaded:1", "Loaded image ID: sha256:");
        assertThat(imported.output()).startsWith("sha256:");
        assertThat(api.images.resolve("mine:1").config().labels())
                .isEqualTo(Map.of("tar", "tar", "said", "[CMD [\"sh\"]]hello"));
    }

    @Test
    void networksAreListedAndInspected() throws Exception {
        assertThat(succeeding("network", "ls", "--format", "{{.Name}} {{.Driver}}")
                        .lines())
                .containsExactlyInAnyOrder("bridge bridge", "host host", "none null");
        assertThat(succeeding("network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}}", "bridge"))
                .isEqualTo("10.88.0.0/16\n");
        assertThat(docker("network", "create", "mine").output()).contains("not supported by Bulkhead yet");
        assertThat(docker("network", "rm", "bridge").output()).contains("pre-defined network");
    }

    @Test
    void eventsAreToldAsTheyWere() throws Exception {
        succeeding("volume", "create", "data");
        succeeding("volume", "rm", "data");

        String soon = Long.toString(Instant.now().getEpochSecond() + 2);
        String told = succeeding(
                "events", "--since", "1h", "--until", soon, "--format", "{{.Type}} {{.Action}} {{.Actor.ID}}");

        assertThat(told.lines()).containsExactly("volume create data", "volume destroy data");
    }

    @Test
    void whatIsNotThereIsSaidInWords() throws Exception {
        Files.createDirectories(directory.resolve("empty"));
        Files.writeString(directory.resolve("empty/Dockerfile"), "FROM scratch\n");

        assertThat(docker("build", "empty").output()).contains("building images is not supported by Bulkhead yet");
        assertThat(docker("swarm", "init").output()).contains("This node is not a swarm manager");
        assertThat(docker("search", "x").output()).contains("not supported by Bulkhead yet");
        assertThat(docker("push", "web:2").output()).contains("not supported by Bulkhead yet");
        assertThat(succeeding("plugin", "ls")).contains("NAME");
    }

    @Test
    void anotherUserIsToldWhy() throws Exception {
        assumeTrue(onPath("setpriv"), "needs setpriv");
        // The socket and the way to it are open here, so that the gate and not the file system refuses.
        new ProcessBuilder("chmod", "-R", "a+rwX", directory.toString()).start().waitFor();
        var builder = new ProcessBuilder(
                        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "docker", "volume", "ls")
                .redirectErrorStream(true);
        builder.environment().put("DOCKER_HOST", "unix://" + directory.resolve("s"));
        builder.environment().put("DOCKER_CONFIG", directory.resolve("client").toString());
        Process docker = builder.start();
        String output = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(docker.waitFor()).isNotZero();
        assertThat(output).contains("no role is bound to unix:65534", "to lift it");
        assertThat(api.record.lines()).contains("unix:65534 volume.list: refused");
    }
}
