package io.bulkhead.dockerapi.image;

import static io.bulkhead.dockerapi.TestApi.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.image.Image;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ImageRoutesTest {

    @TempDir
    Path directory;

    private TestApi api;
    private List<Route> routes;

    @BeforeEach
    void open() {
        api = new TestApi(directory);
        routes = new ImageRoutes(api.backend).routes();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Answer send(Ask ask) {
        return api.send(routes, ask);
    }

    private List<String> listed(String filters) {
        return json(send(Ask.get("/images/json").query("filters", filters))).findValuesAsString("Created").stream()
                .map(created -> created.substring(created.length() - 1))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                    | 4321
                    {"dangling":["true"]}                 | 3
                    {"dangling":["false"]}                | 421
                    {"reference":["debian"]}              | 21
                    {"reference":["debian:12"]}           | 2
                    {"reference":["deb*:1?"]}             | 21
                    {"reference":["*/*/web"]}             | 4
                    {"reference":["*"]}                   | 21
                    {"reference":["debian:1[23]"]}        | 2
                    {"label":["tier=front"]}              | 4
                    {"label":["tier"]}                    | 4
                    {"before":["debian:12"]}              | 1
                    {"since":["debian:12"]}               | 43
                    {"since":["debian:11"],"before":["localhost:5000/team/web"]} | 32
                    """)
    void filtersChooseAndTheNewestComesFirst(String filters, String numbers) {
        api.images.add(1, Map.of(), "debian:11");
        api.images.add(2, Map.of(), "debian:12");
        api.images.add(3, Map.of());
        api.images.add(4, Map.of("tier", "front"), "localhost:5000/team/web:latest");

        assertThat(String.join("", listed(filters))).isEqualTo(numbers);
    }

    @Test
    void filtersThatNameNothingAreRefused() {
        assertThat(send(Ask.get("/images/json").query("filters", "{\"before\":[\"none\"]}"))
                        .status())
                .isEqualTo(404);
        assertThat(send(Ask.get("/images/json").query("filters", "{\"reference\":[\"[\"]}"))
                        .status())
                .isEqualTo(400);
        assertThat(send(Ask.get("/images/json").query("filters", "{\"color\":[\"red\"]}"))
                        .text())
                .contains("invalid filter 'color'");
    }

    @Test
    void aListedImageHasDockersFields() {
        api.images.add(1, Map.of("a", "b"), "debian:12", "localhost:5000/debian:12");

        JsonNode image = json(send(Ask.get("/images/json"))).get(0);

        assertThat(image.path("Id").asString()).startsWith("sha256:");
        assertThat(image.path("RepoTags").toString()).isEqualTo("[\"debian:12\",\"localhost:5000/debian:12\"]");
        assertThat(image.path("Labels").toString()).isEqualTo("{\"a\":\"b\"}");
        assertThat(image.path("Size").asLong()).isEqualTo(1000);
        assertThat(image.has("VirtualSize")).isFalse();
    }

    @Test
    void anImageWithoutANameIsShownAsTheClientsVersionExpects() {
        api.images.add(1, Map.of());

        assertThat(json(send(Ask.get("/v1.42/images/json")))
                        .get(0)
                        .path("RepoTags")
                        .toString())
                .isEqualTo("[\"<none>:<none>\"]");
        assertThat(json(send(Ask.get("/v1.43/images/json"))).get(0).path("RepoTags"))
                .isEmpty();
        assertThat(json(send(Ask.get("/v1.43/images/json")))
                        .get(0)
                        .path("VirtualSize")
                        .asLong())
                .isEqualTo(1000);
    }

    @Test
    void inspectShowsTheConfiguration() {
        Image held = api.images.add(1, Map.of("a", "b"), "localhost:5000/team/web:1");

        JsonNode image = json(send(Ask.get("/images/localhost:5000/team/web:1/json")));

        assertThat(image.path("Id").asString()).isEqualTo(held.id().toString());
        assertThat(image.path("Comment").asString()).isEqualTo("the end");
        assertThat(image.at("/Config/Cmd").toString()).isEqualTo("[\"sh\"]");
        assertThat(image.at("/Config/ExposedPorts").toString()).isEqualTo("{\"80/tcp\":{}}");
        assertThat(image.at("/Config/Volumes").toString()).isEqualTo("{\"/data\":{}}");
        assertThat(image.at("/Config/Healthcheck/Interval").asLong()).isEqualTo(5_000_000_000L);
        assertThat(image.at("/Config/StopSignal").asString()).isEqualTo("SIGINT");
        assertThat(image.at("/RootFS/Layers")).hasSize(1);
        assertThat(api.record.lines())
                .singleElement()
                .asString()
                .matches("unix:0 image.inspect sha256:[0-9a-f]{64} localhost:5000/team/web:1: allowed");
    }

    @Test
    void anImageThatIsNotThereIsNotFound() {
        Answer answer = send(Ask.get("/images/none/json"));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo("{\"message\":\"No such image: none\"}\n");
    }

    @Test
    void historyGoesBackFromTheImageItself() {
        Image held = api.images.add(1, Map.of(), "debian:12");

        JsonNode history = json(send(Ask.get("/images/debian:12/history")));

        assertThat(history.findValuesAsString("Id")).containsExactly(held.id().toString(), "<missing>");
        assertThat(history.findValuesAsString("Size")).containsExactly("0", "1000");
        assertThat(history.at("/0/Tags").toString()).isEqualTo("[\"debian:12\"]");
    }

    @Test
    void taggingAddsANameAndIsAnnounced() {
        Image held = api.images.add(1, Map.of(), "debian:12");

        Answer answer = send(Ask.post("/images/debian:12/tag")
                .query("repo", "localhost:5000/mine")
                .query("tag", "v1"));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(api.images.find("localhost:5000/mine:v1")).isPresent();
        assertThat(api.announced()).containsExactly("image tag " + held.id() + " localhost:5000/mine:v1");
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        api.images.add(1, Map.of(), "debian:12");

        assertThat(send(Ask.post("/images/debian:12/tag").query("repo", "UPPER"))
                        .status())
                .isEqualTo(400);
        assertThat(send(Ask.post("/images/debian:12/tag")).status()).isEqualTo(400);
        assertThat(send(Ask.post("/images/debian:12/tag").query("repo", "a@sha256:" + "0".repeat(64)))
                        .text())
                .contains("refusing to create a tag with a digest");
        assertThat(api.announced()).isEmpty();
    }

    @Test
    void removingTellsWhatWentAndIsAnnounced() {
        Image held = api.images.add(1, Map.of(), "debian:12");

        Answer answer = send(Ask.delete("/images/debian:12"));

        assertThat(answer.text()).isEqualTo("[{\"Untagged\":\"debian:12\"},{\"Deleted\":\"" + held.id() + "\"}]\n");
        assertThat(api.announced())
                .containsExactly(
                        "image untag " + held.id() + " debian:12", "image delete " + held.id() + " " + held.id());
    }

    @Test
    void anImageInUseStays() {
        Image held = api.images.add(1, Map.of(), "debian:12");
        api.containers.add("web", held.id(), "data");

        assertThat(send(Ask.delete("/images/debian:12")).status()).isEqualTo(409);
        assertThat(send(Ask.delete("/images/debian:12").query("force", "1")).status())
                .isEqualTo(200);
    }

    @Test
    void pruningTakesOnlyNamelessOnesUnlessTold() {
        api.images.add(1, Map.of(), "debian:12");
        api.images.add(2, Map.of());

        JsonNode first = json(send(Ask.post("/images/prune")));
        JsonNode second = json(send(Ask.post("/images/prune")));
        JsonNode all = json(send(Ask.post("/images/prune").query("filters", "{\"dangling\":[\"false\"]}")));

        assertThat(first.path("ImagesDeleted")).hasSize(1);
        assertThat(first.path("SpaceReclaimed").asLong()).isEqualTo(1000);
        assertThat(second.path("ImagesDeleted").isNull()).isTrue();
        assertThat(all.path("ImagesDeleted")).hasSize(1);
        assertThat(api.announced()).containsOnly("image prune");
    }

    @ParameterizedTest
    @CsvSource({"POST, /images/a/b/push", "GET, /images/search", "GET, /distribution/a/b/json"})
    void whatTalksToARegistryOtherwiseIsNotThereYet(String method, String path) {
        assertThat(send(Ask.of(method, path)).status()).isEqualTo(501);
    }
}
