package io.bulkhead.dockerapi.image;

import static io.bulkhead.dockerapi.TestApi.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.image.ImageException;
import io.bulkhead.image.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The image routes over the real store.
class RealImagesTest {

    @TempDir
    Path directory;

    private ImageStore store;
    private TestApi api;
    private List<Route> routes;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        store = ImageStore.open(directory.resolve("images"), (name, _) -> {
            throw new ImageException(ImageException.Reason.REGISTRY, name.registry() + ": connection refused");
        });
        api = new TestApi(directory, Optional.of(store));
        routes = Stream.of(new ImageRoutes(api.backend).routes(), new ImageTransfer(api.backend).routes())
                .flatMap(List::stream)
                .toList();
    }

    @AfterEach
    void close() {
        if (store != null) {
            api.close();
            store.close();
        }
    }

    private Answer send(Ask ask) {
        return api.send(routes, ask);
    }

    /// A tar with one file, whatever its name in there.
    private byte[] tar(String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), content);
        Process tar = new ProcessBuilder(
                        "tar", "-c", "-P", "--transform", "s,.*," + name + ",", "-C", directory.toString(), "file")
                .start();
        byte[] bytes = tar.getInputStream().readAllBytes();
        Files.delete(file);
        return bytes;
    }

    private String imported(String repo, String content) throws IOException {
        Answer answer = send(Ask.post("/images/create")
                .query("fromSrc", "-")
                .query("repo", repo)
                .query("changes", "CMD [\"/hello\"]\nLABEL tier=front")
                .body(tar("hello", content)));
        String last = answer.text().lines().toList().getLast();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return json(new Answer(200, answer.headers(), last.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .path("status")
                .asString();
    }

    @Test
    void anImportedImageIsListedInspectedAndHasAHistory() throws IOException {
        String id = imported("localhost:5000/team/web:1", "hi");

        JsonNode listed = json(send(Ask.get("/images/json").query("filters", "{\"label\":[\"tier=front\"]}")));
        JsonNode inspected = json(send(Ask.get("/images/localhost:5000/team/web:1/json")));
        JsonNode history = json(send(Ask.get("/images/localhost:5000/team/web:1/history")));

        assertThat(listed.get(0).path("Id").asString()).isEqualTo(id);
        assertThat(listed.get(0).path("RepoTags").toString()).isEqualTo("[\"localhost:5000/team/web:1\"]");
        assertThat(inspected.at("/Config/Cmd").toString()).isEqualTo("[\"/hello\"]");
        assertThat(history.at("/0/Id").asString()).isEqualTo(id);
    }

    @Test
    void whatIsSavedCanBeLoadedAgain() throws IOException {
        String id = imported("web:1", "hi");
        Answer archive = send(Ask.get("/images/web:1/get"));
        send(Ask.delete("/images/web:1"));
        assertThat(store.all()).isEmpty();

        Answer loaded = send(Ask.post("/images/load").query("quiet", "1").body(archive.body()));

        assertThat(loaded.text()).contains("Loaded image: web:1");
        assertThat(store.resolve("web:1").id().toString()).isEqualTo(id);
        assertThat(api.announced())
                .contains(
                        "image import " + id + " " + id,
                        "image delete " + id + " " + id,
                        "image load " + id + " " + id);
    }

    @Test
    void namesComeAndGo() throws IOException {
        String id = imported("web:1", "hi");

        send(Ask.post("/images/web:1/tag").query("repo", "web").query("tag", "2"));
        Answer first = send(Ask.delete("/images/web:1"));
        Answer last = send(Ask.delete("/images/web:2"));

        assertThat(first.text()).isEqualTo("[{\"Untagged\":\"web:1\"}]\n");
        assertThat(last.text()).contains("{\"Untagged\":\"web:2\"}", "{\"Deleted\":\"" + id + "\"}");
    }

    @Test
    void anArchiveThatIsNoneIsRefusedAndNothingIsLeft() throws IOException {
        Answer load = send(Ask.post("/images/load").body(new byte[] {1, 2, 3}));
        Answer empty = send(Ask.post("/images/load"));
        Answer escaping = send(Ask.post("/images/create").query("fromSrc", "-").body(tar("../../up", "x")));

        assertThat(List.of(load.status(), empty.status(), escaping.status())).containsOnly(400);
        assertThat(store.all()).isEmpty();
        assertThat(directory.resolve("up")).doesNotExist();
    }

    @Test
    void aRegistryThatCannotBeReachedIsNamed() {
        Answer answer = send(Ask.post("/images/create")
                .query("fromImage", "localhost:5000/web")
                .query("tag", "1"));

        assertThat(answer.text()).contains("localhost:5000: connection refused");
        assertThat(store.all()).isEmpty();
    }
}
