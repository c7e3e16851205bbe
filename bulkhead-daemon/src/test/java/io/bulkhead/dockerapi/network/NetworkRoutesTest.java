package io.bulkhead.dockerapi.network;

import static io.bulkhead.dockerapi.TestApi.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.name.Digest;
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

class NetworkRoutesTest {

    @TempDir
    Path directory;

    private TestApi api;
    private List<Route> routes;

    @BeforeEach
    void open() {
        api = new TestApi(directory);
        routes = new NetworkRoutes(api.backend).routes();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Answer send(Ask ask) {
        return api.send(routes, ask);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                        | bridge host none
                    {"driver":["bridge"]}     | bridge
                    {"name":["o"]}            | host none
                    {"id":["bbb"]}            | bridge
                    {"scope":["swarm"]}       | ''
                    {"type":["builtin"]}      | bridge host none
                    {"type":["custom"]}       | ''
                    {"dangling":["true"]}     | ''
                    {"label":["a"]}           | ''
                    """)
    void filtersChoose(String filters, String names) {
        JsonNode list = json(send(Ask.get("/networks").query("filters", filters)));

        assertThat(list.valueStream().map(n -> n.path("Name").asString()).toList())
                .isEqualTo(names.isEmpty() ? List.of() : List.of(names.split(" ")));
    }

    @Test
    void anUnknownTypeIsRefused() {
        assertThat(send(Ask.get("/networks").query("filters", "{\"type\":[\"x\"]}"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void inspectShowsTheSubnetAndWhoIsInIt() {
        var container = api.containers.add("web", Digest.sha256("a".repeat(64)), "data");

        JsonNode network = json(send(Ask.get("/networks/bridge")));

        assertThat(network.at("/IPAM/Config").toString())
                .isEqualTo("[{\"Subnet\":\"10.88.0.0/16\",\"Gateway\":\"10.88.0.1\"}]");
        assertThat(network.path("Containers").path(container.id().toString()).toString())
                .isEqualTo("{\"Name\":\"web\",\"EndpointID\":\"" + "e".repeat(64)
                        + "\",\"MacAddress\":\"02:00:00:00:00:01\",\"IPv4Address\":\"10.88.0.2/16\","
                        + "\"IPv6Address\":\"\"}");
        assertThat(network.at("/Options/com.docker.network.bridge.name").asString())
                .isEqualTo("bulkhead0");
    }

    @Test
    void oneThatIsNotThereIsNotFound() {
        assertThat(send(Ask.get("/networks/none-such")).text())
                .isEqualTo("{\"message\":\"network none-such not found\"}\n");
    }

    @Test
    void thePredefinedOnesCannotBeRemoved() {
        Answer answer = send(Ask.delete("/networks/bridge"));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("bridge is a pre-defined network and cannot be removed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/networks/create", "/networks/bridge/connect", "/networks/bridge/disconnect"})
    void networksOfOnesOwnAreNotThereYet(String path) {
        assertThat(send(Ask.post(path).json("{}")).status()).isEqualTo(501);
    }

    @Test
    void thereIsNothingToPrune() {
        assertThat(send(Ask.post("/networks/prune")).text()).isEqualTo("{\"NetworksDeleted\":null}\n");
    }
}
