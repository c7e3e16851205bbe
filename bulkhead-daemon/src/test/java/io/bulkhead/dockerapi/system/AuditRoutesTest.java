package io.bulkhead.dockerapi.system;

import static io.bulkhead.dockerapi.TestApi.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.access.Authorizer;
import io.bulkhead.audit.Gate;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Router;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.http.FakeExchange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// With the real record behind the gate.
@Timeout(30)
class AuditRoutesTest {

    @TempDir
    Path directory;

    private TestApi api;
    private Router router;

    @BeforeEach
    void open() {
        api = new TestApi(directory);
        List<Route> routes = ApiRoutes.of(api.backend);
        router = new Router(routes, new Gate(new Authorizer(), api.audit));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Answer send(Ask ask) {
        return FakeExchange.send(ask, router);
    }

    @Test
    void theTailShowsWhoAskedForWhatAndThatThisWasAsked() {
        send(Ask.get("/volumes"));
        send(Ask.get("/nothing").by(Ask.user(1000)));

        List<String> lines = send(Ask.get("/bulkhead/v1/audit").query("tail", "2"))
                .text()
                .lines()
                .toList();

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .contains("\"uid\":1000")
                .contains("\"operation\":\"unknown\"")
                .contains("refused");
        assertThat(lines.get(1)).contains("\"operation\":\"audit.read\"").contains("allowed");
    }

    @Test
    void aTailThatIsNoNumberIsRefused() {
        assertThat(send(Ask.get("/bulkhead/v1/audit").query("tail", "-1")).status())
                .isEqualTo(400);
        assertThat(send(Ask.get("/bulkhead/v1/audit").query("tail", "many")).status())
                .isEqualTo(400);
        assertThat(send(Ask.get("/bulkhead/v1/audit").query("tail", "99999999999"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void followingShowsWhatComes() throws Exception {
        var exchange = new FakeExchange(
                Ask.get("/bulkhead/v1/audit").query("tail", "0").query("follow", "1"));
        Thread follower = Thread.ofVirtual().start(() -> exchange.run(router));
        while (exchange.received().status() == 0) {
            Thread.sleep(Duration.ofMillis(5));
        }

        send(Ask.get("/networks"));
        while (!exchange.received().text().contains("network.list")) {
            Thread.sleep(Duration.ofMillis(20));
        }
        exchange.disconnect();

        follower.join();
        assertThat(exchange.received().text().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }

    @Test
    void verifyingFindsAWholeChainAndAChangedOne() throws Exception {
        send(Ask.get("/volumes"));
        JsonNode whole = json(send(Ask.get("/bulkhead/v1/audit/verify")));
        Path log = directory.resolve("audit/audit.log");
        Files.writeString(log, Files.readString(log).replaceFirst("volume.list\"", "volume.move\""));

        JsonNode changed = json(send(Ask.get("/bulkhead/v1/audit/verify")));

        assertThat(whole.path("Whole").asBoolean()).isTrue();
        assertThat(whole.path("Records").asInt()).isBetween(4, 5);
        assertThat(changed.path("Whole").asBoolean()).isFalse();
        assertThat(changed.path("Problem").asString()).contains("record 3");
    }
}
