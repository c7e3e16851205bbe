package io.bulkhead.dockerapi.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.http.FakeExchange;
import io.bulkhead.image.Image;
import io.bulkhead.image.ImageException;
import io.bulkhead.image.Images.Credentials;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTransferTest {

    @TempDir
    Path directory;

    private TestApi api;
    private List<Route> routes;

    @BeforeEach
    void open() {
        api = new TestApi(directory);
        routes = new ImageTransfer(api.backend).routes();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Answer send(Ask ask) {
        return api.send(routes, ask);
    }

    private static Ask pull(String image, String tag) {
        return Ask.post("/images/create").query("fromImage", image).query("tag", tag);
    }

    @Test
    void aPullReportsAsDockerDoes() {
        Answer answer = send(pull("debian", "12"));

        assertThat(answer.headers()).containsEntry("Content-Type", "application/json");
        assertThat(answer.text().lines())
                .containsExactly(
                        "{\"status\":\"Pulling from debian\"}",
                        "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":5,\"total\":10},\"id\":\"abc\"}",
                        "{\"status\":\"Status: Downloaded newer image for debian:12\"}");
        assertThat(api.announced()).containsExactly("image pull debian:12 debian");
        assertThat(api.record.lines()).containsExactly("unix:0 image.pull docker.io/library/debian:12: allowed");
    }

    @ParameterizedTest
    @CsvSource({
        "debian, '', docker.io/library/debian:latest",
        "debian:11, '', docker.io/library/debian:11",
        "debian:11, 12, docker.io/library/debian:12",
        "localhost:5000/a/b, v1, localhost:5000/a/b:v1"
    })
    void theTagGoesBeforeTheOneInTheName(String image, String tag, String asked) {
        send(pull(image, tag));

        assertThat(api.record.lines()).containsExactly("unix:0 image.pull " + asked + ": allowed");
    }

    @Test
    void aTagMayBeADigest() {
        String digest = "sha256:" + "a".repeat(64);

        send(pull("debian", digest));

        assertThat(api.record.lines())
                .containsExactly("unix:0 image.pull docker.io/library/debian@" + digest + ": allowed");
    }

    @Test
    void credentialsReachTheRegistryAndNothingElse() {
        String auth = Base64.getUrlEncoder()
                .encodeToString("{\"username\":\"me\",\"password\":\"s3cret\"}".getBytes(StandardCharsets.UTF_8));

        Answer answer = send(pull("debian", "12").header("X-Registry-Auth", auth));

        assertThat(api.images.credentials).isEqualTo(new Credentials.Basic("me", "s3cret"));
        assertThat(answer.text() + api.record.lines() + api.announced()).doesNotContain("s3cret");
    }

    @Test
    void aPullThatFailsOnTheWaySaysSoInTheStream() {
        api.images.failure =
                Optional.of(new ImageException(ImageException.Reason.REGISTRY, "localhost:5000: connection refused"));

        Answer answer = send(pull("debian", "12"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text().lines().toList().getLast())
                .isEqualTo("{\"errorDetail\":{\"code\":500,\"message\":\"localhost:5000: connection refused\"},"
                        + "\"error\":\"localhost:5000: connection refused\"}");
        assertThat(api.announced()).isEmpty();
    }

    @Test
    void workThatFailsBeforeItSaidAnythingHasAStatus() {
        api.images.failure =
                Optional.of(new ImageException(ImageException.Reason.MALFORMED, "archive: no manifest.json"));

        Answer answer = send(Ask.post("/images/load"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("{\"message\":\"archive: no manifest.json\"}\n");
    }

    @Test
    void aClientThatGoesEndsThePull() {
        var exchange = new FakeExchange(pull("debian", "12"));
        exchange.disconnect();

        exchange.run(api.router(routes));

        assertThat(api.images.all()).isEmpty();
    }

    @Test
    void anImportTakesNameChangesAndMessage() {
        Answer answer = send(Ask.post("/images/create")
                .query("fromSrc", "-")
                .query("repo", "mine")
                .query("tag", "1")
                .query("message", "hello")
                .query("changes", "CMD [\"sh\"]\nENV A=b")
                .query("changes", "USER 1")
                .body("tar".getBytes(StandardCharsets.UTF_8)));

        Image image = api.images.resolve("mine:1");
        assertThat(answer.text()).isEqualTo("{\"status\":\"" + image.id() + "\"}\n");
        assertThat(image.config().labels())
                .containsEntry("tar", "tar")
                .containsEntry("said", "[CMD [\"sh\"], ENV A=b, USER 1]hello");
        assertThat(api.announced()).containsExactly("image import " + image.id() + " " + image.id());
        assertThat(api.record.lines()).containsExactly("unix:0 image.import docker.io/library/mine:1: allowed");
    }

    @Test
    void importingFromAUrlIsNotSupported() {
        Answer answer = send(Ask.post("/images/create").query("fromSrc", "http://169.254.169.254/"));

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.text()).contains("docker import -");
    }

    @Test
    void aPullOfNothingIsRefused() {
        assertThat(send(Ask.post("/images/create")).status()).isEqualTo(400);
        assertThat(send(pull("../etc", "")).status()).isEqualTo(400);
    }

    @Test
    void loadingNamesWhatWasLoaded() {
        Answer answer = send(Ask.post("/images/load").query("quiet", "1"));

        assertThat(answer.text().lines())
                .containsExactly(
                        "{\"stream\":\"Loaded image: loaded:1\\n\"}",
                        "{\"stream\":\"Loaded image: loaded:2\\n\"}",
                        "{\"stream\":\"Loaded image ID: sha256:" + "0".repeat(63) + "2\\n\"}");
        assertThat(api.announced()).hasSize(2).allMatch(line -> line.startsWith("image load sha256:"));
    }

    @Test
    void savingSendsTheArchive() {
        api.images.add(1, Map.of(), "debian:12");
        api.images.add(2, Map.of(), "localhost:5000/a/b:1");

        Answer one = send(Ask.get("/images/localhost:5000/a/b:1/get"));
        Answer many = send(Ask.get("/images/get").query("names", "debian:12").query("names", "localhost:5000/a/b:1"));

        assertThat(one.text()).isEqualTo("archive of [localhost:5000/a/b:1]");
        assertThat(many.text()).isEqualTo("archive of [debian:12, localhost:5000/a/b:1]");
        assertThat(many.headers()).containsEntry("Content-Type", "application/x-tar");
    }

    @Test
    void savingWhatIsNotThereSendsNothing() {
        api.images.add(1, Map.of(), "debian:12");

        assertThat(send(Ask.get("/images/get").query("names", "debian:12").query("names", "none"))
                        .status())
                .isEqualTo(404);
        assertThat(send(Ask.get("/images/get")).status()).isEqualTo(400);
    }
}
