package io.bulkhead.dockerapi.system;

import static io.bulkhead.dockerapi.TestApi.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.dockerapi.Release;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.image.Images.Credentials.Basic;
import io.bulkhead.name.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SystemRoutesTest {

    @TempDir
    Path directory;

    private TestApi api;
    private List<Route> routes;

    @BeforeEach
    void open() {
        api = new TestApi(directory);
        routes = ApiRoutes.of(api.backend);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Answer send(Ask ask) {
        return api.send(routes, ask);
    }

    @Test
    void pingSaysOkAndNegotiates() {
        Answer answer = send(Ask.get("/_ping"));

        assertThat(answer.text()).isEqualTo("OK");
        assertThat(answer.headers())
                .containsEntry("Api-Version", "1.51")
                .containsEntry("Builder-Version", "1")
                .containsEntry("Cache-Control", "no-cache, no-store, must-revalidate");
        assertThat(send(Ask.of("HEAD", "/_ping")).status()).isEqualTo(200);
        assertThat(send(Ask.of("HEAD", "/_ping")).body()).isEmpty();
    }

    @Test
    void versionNamesTheEngineTheRuntimeAndTheMonitor() {
        JsonNode version = json(send(Ask.get("/v1.41/version")));

        assertThat(version.path("Version").asString()).isEqualTo(Release.version());
        assertThat(version.path("ApiVersion").asString()).isEqualTo("1.51");
        assertThat(version.path("MinAPIVersion").asString()).isEqualTo("1.41");
        assertThat(version.path("Components").findValuesAsString("Name")).containsExactly("Engine", "crun", "conmon");
        assertThat(version.at("/Components/1/Version").asString()).isEqualTo("1.8.1");
    }

    @Test
    void infoCountsAndSaysHowContainersAreHeldIn() {
        api.containers.add("web", Digest.sha256("a".repeat(64)), "data");
        api.images.add(1, Map.of(), "debian:12");

        JsonNode info = json(send(Ask.get("/info")));

        assertThat(info.path("Containers").asInt()).isEqualTo(1);
        assertThat(info.path("ContainersRunning").asInt()).isEqualTo(1);
        assertThat(info.path("Images").asInt()).isEqualTo(1);
        assertThat(info.path("SecurityOptions").toString())
                .isEqualTo("[\"name=seccomp,profile=bulkhead-default\",\"name=userns\",\"name=recording: ebpf\"]");
        assertThat(info.path("CgroupVersion").asString()).isEqualTo("2");
        assertThat(info.path("DefaultRuntime").asString()).isEqualTo("crun");
        assertThat(info.path("NCPU").asInt()).isPositive();
        assertThat(info.path("MemTotal").asLong()).isPositive();
        assertThat(info.path("KernelVersion").asString()).isNotEmpty();
        assertThat(info.path("Warnings")).isEmpty();
    }

    @Test
    void diskUsageAddsEverythingUp() throws Exception {
        var image = api.images.add(1, Map.of(), "debian:12");
        send(Ask.post("/volumes/create").json("{\"Name\":\"data\"}"));
        Files.write(api.volumes.find("data").orElseThrow().data().resolve("f"), new byte[77]);
        api.containers.add("web", image.id(), "data");

        JsonNode usage = json(send(Ask.get("/system/df")));

        assertThat(usage.path("LayersSize").asLong()).isEqualTo(1000);
        assertThat(usage.at("/Images/0/Containers").asInt()).isEqualTo(1);
        assertThat(usage.at("/Volumes/0/UsageData").toString()).isEqualTo("{\"Size\":77,\"RefCount\":1}");
        assertThat(usage.at("/Containers/0/SizeRw").asLong()).isEqualTo(42);
        assertThat(usage.path("BuildCache")).isEmpty();
    }

    @Test
    void diskUsageOfOneTypeLeavesOutTheOthers() {
        JsonNode usage = json(send(Ask.get("/system/df").query("type", "volume")));

        assertThat(usage.propertyNames()).containsExactly("Volumes");
        assertThat(send(Ask.get("/system/df").query("type", "x")).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/build", "/session", "/grpc"})
    void buildsAreNotThereYetAndTheAnswerSaysWhatToUse(String path) {
        Answer answer = send(Ask.post(path).body(new byte[] {1, 2, 3}));

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.text()).contains("building images is not supported").contains("docker load");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /swarm",
        "POST, /swarm/init",
        "GET, /nodes",
        "GET, /services",
        "GET, /services/x/logs",
        "GET, /tasks",
        "GET, /secrets",
        "DELETE, /configs/x"
    })
    void thereIsNoSwarm(String method, String path) {
        Answer answer = send(Ask.of(method, path));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("This node is not a swarm manager.");
    }

    @Test
    void thereAreNoPlugins() {
        assertThat(send(Ask.get("/plugins")).text()).isEqualTo("[]\n");
        assertThat(send(Ask.post("/plugins/pull")).status()).isEqualTo(501);
    }

    @Test
    void aLoginIsTheRegistrysToAnswer() {
        Ask ask = Ask.post("/auth")
                .json("{\"username\":\"me\",\"password\":\"s3cret\",\"serveraddress\":\"localhost:5000\"}");

        Answer refused = send(ask);
        api.login =
                (registry, credentials) -> assertThat(registry + " " + (credentials.equals(new Basic("me", "s3cret"))))
                        .isEqualTo("localhost:5000 true");
        Answer taken = send(ask);

        assertThat(refused.status()).isEqualTo(401);
        assertThat(json(refused).path("message").asString()).isEqualTo("login attempt to localhost:5000 failed");
        assertThat(taken.status()).isEqualTo(200);
        assertThat(json(taken).path("Status").asString()).isEqualTo("Login Succeeded");
        assertThat(send(Ask.post("/auth").json("{\"password\":\"s3cret\"")).text())
                .doesNotContain("s3cret");
        assertThat(api.record.lines()).noneMatch(line -> line.contains("s3cret"));
    }
}
