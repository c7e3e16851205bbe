package io.bulkhead.dockerapi.system;

import static io.bulkhead.dockerapi.TestApi.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.access.Authorizer;
import io.bulkhead.audit.AuditFile;
import io.bulkhead.audit.Gate;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Router;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.http.FakeExchange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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

    private List<String> shown(String... namesAndValues) {
        Ask ask = Ask.get("/bulkhead/v1/audit").query("tail", "all");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            ask = ask.query(namesAndValues[i], namesAndValues[i + 1]);
        }
        return send(ask).text().lines().toList();
    }

    @Test
    void recordsAreChosenByCallerOperationAndDecisionWithTheirOutcomes() {
        send(Ask.get("/volumes"));
        send(Ask.get("/volumes/nosuch"));
        send(Ask.get("/volumes").by(Ask.user(1000)));

        assertThat(shown("who", "unix:1000")).singleElement().asString().contains("\"uid\":1000");
        assertThat(shown("who", "1000", "decision", "refused")).hasSize(1);
        assertThat(shown("operation", "volume.list", "decision", "allowed"))
                .hasSize(2)
                .anyMatch(line -> line.contains("\"kind\":\"outcome\""));
        assertThat(shown("decision", "failed"))
                .hasSize(2)
                .anyMatch(line -> line.contains("unresolved GET /volumes/nosuch"))
                .anyMatch(line -> line.contains("\"status\":404,\"error\":\"not-found\""));
        assertThat(shown("until", "2001-01-01T00:00:00Z")).isEmpty();
        assertThat(shown("since", "1h", "operation", "volume.list")).hasSize(3);
        assertThat(shown("container", "web")).isEmpty();
    }

    @Test
    void aDecisionThatDoesNotExistIsRefused() {
        assertThat(send(Ask.get("/bulkhead/v1/audit").query("decision", "maybe"))
                        .status())
                .isEqualTo(400);
        assertThat(send(Ask.get("/bulkhead/v1/audit/verify").query("head", "abc"))
                        .status())
                .isEqualTo(400);
        assertThat(send(Ask.get("/bulkhead/v1/audit/verify").query("key", "abc"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void theKeyVerifiesTheRecordAndAnotherDoesNot(@TempDir Path other) {
        send(Ask.get("/volumes"));
        String key =
                json(send(Ask.get("/bulkhead/v1/audit/key"))).path("Public").asString();
        String foreign;
        try (var file = AuditFile.open(other, Clock.systemUTC())) {
            foreign = file.key().pem();
        }

        JsonNode ours = json(send(Ask.get("/bulkhead/v1/audit/verify").query("key", key)));
        JsonNode theirs = json(send(Ask.get("/bulkhead/v1/audit/verify").query("key", foreign)));

        assertThat(ours.path("Whole").asBoolean()).isTrue();
        assertThat(ours.path("Signed").asInt()).isEqualTo(2);
        assertThat(theirs.path("Whole").asBoolean()).isFalse();
        assertThat(theirs.path("Record").asInt()).isEqualTo(2);
        assertThat(send(Ask.get("/bulkhead/v1/audit/key").by(Ask.user(1000))).status())
                .isEqualTo(403);
    }

    @Test
    void aNotedHeadThatIsGoneIsMissed() {
        send(Ask.get("/volumes"));
        String head =
                json(send(Ask.get("/bulkhead/v1/audit/verify"))).path("Head").asString();

        assertThat(json(send(Ask.get("/bulkhead/v1/audit/verify").query("head", head)))
                        .path("Whole")
                        .asBoolean())
                .isTrue();
        assertThat(json(send(Ask.get("/bulkhead/v1/audit/verify").query("head", "0".repeat(64))))
                        .path("Problem")
                        .asString())
                .contains("noted as the last");
    }

    @Test
    void thereAreNoSinksUntilSomebodyWantsSome() {
        JsonNode answer = json(send(Ask.get("/bulkhead/v1/audit/sinks")));

        assertThat(answer.path("Sinks").size()).isZero();
        assertThat(answer.path("LostOutcomes").asInt()).isZero();
    }
}
