package io.bulkhead.dockerapi.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.access.Target;
import io.bulkhead.container.Events.Event;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.http.FakeExchange;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class EventRoutesTest {

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

    private void publish(int second, String type, String action, String id, Map<String, String> attributes) {
        api.events.publish(new Event(Instant.ofEpochSecond(second, 5), type, action, id, attributes, Target.none()));
    }

    private void publishSome() {
        publish(10, "container", "start", "c1", Map.of("name", "web", "image", "debian:12", "tier", "front"));
        publish(11, "container", "exec_start: sh -c x", "c1", Map.of("name", "web", "image", "debian:12"));
        publish(12, "volume", "create", "data", Map.of("driver", "local"));
        publish(13, "image", "pull", "debian:12", Map.of("name", "debian"));
    }

    private Answer past(Ask ask) {
        return api.send(routes, ask.query("since", "0").query("until", "100"));
    }

    @Test
    void anEventIsWrittenAsDockerWritesIt() {
        publish(10, "container", "start", "c1", Map.of("name", "web", "image", "debian:12"));

        assertThat(past(Ask.get("/events")).text())
                .isEqualTo("{\"status\":\"start\",\"id\":\"c1\",\"from\":\"debian:12\",\"Type\":\"container\","
                        + "\"Action\":\"start\",\"Actor\":{\"ID\":\"c1\",\"Attributes\":{\"image\":\"debian:12\","
                        + "\"name\":\"web\"}},\"scope\":\"local\",\"time\":10,\"timeNano\":10000000005}\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                    | 4
                    {"type":["volume"]}                   | 1
                    {"type":["volume","image"]}           | 2
                    {"event":["start"]}                   | 1
                    {"event":["exec_start"]}              | 1
                    {"container":["web"]}                 | 2
                    {"container":["c1"]}                  | 2
                    {"container":["we"]}                  | 0
                    {"image":["debian:12"]}               | 3
                    {"image":["debian"]}                  | 3
                    {"volume":["data"]}                   | 1
                    {"network":["bridge"]}                | 0
                    {"label":["tier=front"]}              | 1
                    {"scope":["swarm"]}                   | 0
                    {"type":["container"],"event":["die"]} | 0
                    """)
    void filtersChoose(String filters, int count) {
        publishSome();

        assertThat(past(Ask.get("/events").query("filters", filters)).text().lines())
                .hasSize(count);
    }

    @Test
    void sinceAndUntilAreTheBounds() {
        publishSome();

        Answer answer = api.send(routes, Ask.get("/events").query("since", "11").query("until", "12.5"));

        assertThat(answer.text().lines()).hasSize(2);
    }

    @Test
    void timesThatAreNoneOrTheWrongWayRoundAreRefused() {
        assertThat(api.send(routes, Ask.get("/events").query("since", "soon")).status())
                .isEqualTo(400);
        assertThat(api.send(routes, Ask.get("/events").query("since", "20").query("until", "10"))
                        .text())
                .contains("`since` time cannot be after `until` time");
    }

    @Test
    void newEventsArriveUntilTheClientGoes() throws Exception {
        var exchange = new FakeExchange(Ask.get("/events"));
        Thread follower = Thread.ofVirtual().start(() -> exchange.run(api.router(routes)));
        while (exchange.received().status() == 0) {
            Thread.sleep(Duration.ofMillis(5));
        }

        publish(20, "volume", "create", "late", Map.of());
        while (!exchange.received().text().contains("late")) {
            Thread.sleep(Duration.ofMillis(5));
        }
        exchange.disconnect();

        follower.join();
        assertThat(exchange.received().text().lines()).hasSize(1);
    }
}
