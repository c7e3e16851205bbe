package io.bulkhead.dockerapi.volume;

import static io.bulkhead.dockerapi.TestApi.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.name.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class VolumeRoutesTest {

    @TempDir
    Path directory;

    private TestApi api;
    private List<Route> routes;

    @BeforeEach
    void open() {
        api = new TestApi(directory);
        routes = new VolumeRoutes(api.backend).routes();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Answer send(Ask ask) {
        return api.send(routes, ask);
    }

    private Answer create(String json) {
        return send(Ask.post("/volumes/create").json(json));
    }

    @Test
    void creatingAnswersWithTheVolumeAndIsAnnouncedOnce() {
        Answer answer = create("{\"Name\":\"data\",\"Driver\":\"local\",\"DriverOpts\":{},\"Labels\":{\"a\":\"b\"}}");
        create("{\"Name\":\"data\"}");

        JsonNode volume = json(answer);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(volume.path("Name").asString()).isEqualTo("data");
        assertThat(volume.path("Mountpoint").asString()).endsWith("/volumes/data/_data");
        assertThat(volume.path("Labels").toString()).isEqualTo("{\"a\":\"b\"}");
        assertThat(volume.path("Options").isNull()).isTrue();
        assertThat(api.announced()).containsExactly("volume create data");
        assertThat(api.record.lines()).containsOnly("unix:0 volume.create volume:data: allowed");
    }

    @Test
    void oneWithoutANameIsAnonymous() {
        JsonNode volume = json(create("{}"));

        assertThat(volume.path("Name").asString()).matches("[0-9a-f]{64}");
        assertThat(volume.path("Labels").has("com.docker.volume.anonymous")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"Name":"../x"}                                                 | 400 | invalid characters
                    {"Name":"x1","Driver":"nfs"}                                    | 404 | plugin
                    {"Name":"x1","DriverOpts":{"type":"none","o":"bind","device":"/etc"}} | 400 | mounts /etc
                    {"Name":"x1","ClusterVolumeSpec":{}}                            | 400 | swarm
                    {"name":"x1"}                                                   | 400 | not known here
                    {"Name":"x1","Name":"x2"}                                       | 400 | invalid JSON
                    {"Name":"x1"} {}                                                | 400 | invalid JSON
                    {"Name":"x1","Extra":1}                                         | 400 | not known here
                    {"Name":["x1"]}                                                 | 400 | Name: the value is not
                    """)
    void whatIsNoVolumeIsRefusedAndNothingIsMade(String request, int status, String words) {
        Answer answer = create(request);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).contains(words);
        assertThat(api.volumes.all()).isEmpty();
        assertThat(api.announced()).isEmpty();
    }

    @Test
    void aBodyOfAnotherTypeIsRefused() {
        assertThat(send(Ask.post("/volumes/create").json("{}").header("Content-Type", "text/plain"))
                        .text())
                .contains("unsupported Content-Type header (text/plain): must be 'application/json'");
        assertThat(send(Ask.post("/volumes/create")).status()).isEqualTo(400);
        assertThat(send(Ask.post("/volumes/create").json(" ".repeat(5 << 20))).status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                        | cache data
                    {"dangling":["true"]}     | cache
                    {"dangling":["false"]}    | data
                    {"name":["dat"]}          | data
                    {"label":["a=b"]}         | data
                    {"label!":["a"]}          | cache
                    {"driver":["local"]}      | cache data
                    {"driver":["nfs"]}        | ''
                    """)
    void filtersChoose(String filters, String names) {
        create("{\"Name\":\"data\",\"Labels\":{\"a\":\"b\"}}");
        create("{\"Name\":\"cache\"}");
        api.containers.add("web", Digest.sha256("a".repeat(64)), "data");

        JsonNode list = json(send(Ask.get("/volumes").query("filters", filters)));

        assertThat(String.join(" ", list.path("Volumes").findValuesAsString("Name")))
                .isEqualTo(names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE"})
    void oneThatIsNotThereIsNotFound(String method) {
        Answer answer = send(Ask.of(method, "/volumes/none"));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo("{\"message\":\"get none: no such volume\"}\n");
    }

    @Test
    void removingIsAnnounced() {
        create("{\"Name\":\"data\"}");

        assertThat(send(Ask.delete("/volumes/data")).status()).isEqualTo(204);

        assertThat(send(Ask.delete("/volumes/data").query("force", "1")).status())
                .isEqualTo(204);
        assertThat(api.announced()).containsExactly("volume create data", "volume destroy data");
    }

    @Test
    void oneInUseStaysAndTheAnswerNamesTheContainers() {
        create("{\"Name\":\"data\"}");
        var container = api.containers.add("web", Digest.sha256("a".repeat(64)), "data");

        Answer answer = send(Ask.delete("/volumes/data").query("force", "1"));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text())
                .isEqualTo("{\"message\":\"remove data: volume is in use - [" + container.id() + "]\"}\n");
        assertThat(api.volumes.find("data")).isPresent();
    }

    @Test
    void pruningTakesUnusedAnonymousOnesUnlessToldToTakeAll() throws Exception {
        String anonymous = json(create("{}")).path("Name").asString();
        Files.write(api.volumes.find(anonymous).orElseThrow().data().resolve("f"), new byte[10]);
        create("{\"Name\":\"named\"}");
        create("{\"Name\":\"used\"}");
        api.containers.add("web", Digest.sha256("a".repeat(64)), "used");

        JsonNode first = json(send(Ask.post("/volumes/prune")));
        JsonNode all = json(send(Ask.post("/volumes/prune").query("filters", "{\"all\":[\"true\"]}")));

        assertThat(first.toString()).isEqualTo("{\"VolumesDeleted\":[\"" + anonymous + "\"],\"SpaceReclaimed\":10}");
        assertThat(all.toString()).isEqualTo("{\"VolumesDeleted\":[\"named\"],\"SpaceReclaimed\":0}");
        assertThat(api.announced()).contains("volume destroy " + anonymous, "volume destroy named", "volume prune");
    }

    @Test
    void beforeVersion142PruningTookNamedOnesToo() {
        create("{\"Name\":\"named\"}");

        assertThat(json(send(Ask.post("/v1.41/volumes/prune"))).path("VolumesDeleted"))
                .hasSize(1);
    }
}
