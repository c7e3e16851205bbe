package io.bulkhead.dockerapi.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.access.Operation;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EveryRouteTest {

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

    private static Ask ask(Route route) {
        String path = route.pattern().replaceAll("\\{[^}]*}", "thing");
        // So that the streams end.
        return Ask.of(route.method(), path).query("until", "1").query("tail", "0");
    }

    @Test
    void somebodyWithoutRightsIsRefusedOnTheRecordWhateverTheRoute() {
        for (Route route : routes) {
            int before = api.record.lines().size();

            Answer answer = api.send(routes, ask(route).by(Ask.user(1000)));

            assertThat(answer.status()).as(route.toString()).isEqualTo(403);
            if (!route.method().equals("HEAD")) {
                assertThat(answer.text()).contains("no role is bound to").contains("to lift it");
            }
            assertThat(api.record.lines()).as(route.toString()).hasSize(before + 1);
            assertThat(api.record.lines().getLast())
                    .startsWith("unix:1000 " + route.operation().spelling())
                    .endsWith(": refused");
        }
        assertThat(api.volumes.all()).isEmpty();
        assertThat(api.announced()).isEmpty();
    }

    @Test
    void everyRequestOfRootIsOneLineOnTheRecord() {
        for (Route route : routes) {
            int before = api.record.lines().size();

            Answer answer = api.send(routes, ask(route));

            assertThat(answer.text()).as(route.toString()).doesNotContain("unexpected error");
            assertThat(api.record.lines()).as(route.toString()).hasSize(before + 1);
        }
    }

    @Test
    void withoutARecordNoRouteAnswers() {
        api.record.fillUp();

        for (Route route : routes) {
            assertThat(api.send(routes, ask(route)).status())
                    .as(route.toString())
                    .isEqualTo(503);
        }
        assertThat(api.volumes.all()).isEmpty();
    }

    @Test
    void noRouteIsForAnUnknownOperation() {
        assertThat(routes).extracting(Route::operation).doesNotContain(Operation.UNKNOWN);
    }
}
