package io.bulkhead.dockerapi.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.audit.AuditFile;
import io.bulkhead.audit.AuditLog;
import io.bulkhead.audit.Gate;
import io.bulkhead.audit.Outcome;
import io.bulkhead.container.RecentEvents;
import io.bulkhead.dockerapi.AuditTrail;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.HostFacts;
import io.bulkhead.dockerapi.Router;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.http.FakeExchange;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.kernel.Fd;
import io.bulkhead.name.ContainerId;
import io.bulkhead.network.Attachment;
import io.bulkhead.network.Network;
import io.bulkhead.network.Networks;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.trust.TrustPolicy;
import io.bulkhead.volume.LocalVolumes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ContainerRoutesTest {

    private final FakeContainers containers = new FakeContainers();
    private final List<String> asked = new ArrayList<>();

    @TempDir
    Path directory;

    private Router router;

    @BeforeEach
    void openRouter() {
        var host = new HostFacts("id", "host", "6", "Linux", "1", "x86_64", 4, 1L << 30);
        var clock = Clock.fixed(FakeContainers.CREATED.plusSeconds(180), ZoneOffset.UTC);
        AuditTrail trail;
        try (var file = AuditFile.open(directory.resolve("audit"), clock)) {
            trail = AuditTrail.of(directory.resolve("audit"), file, List::of);
        }
        var backend = new Backend(
                containers,
                new OneImage(),
                LocalVolumes.open(directory),
                new NoNetworks(),
                new RecentEvents(),
                (_, _) -> {},
                host,
                directory,
                trail,
                clock,
                List::of);
        router = new Router(
                ContainerRoutes.of(
                        backend,
                        new TrustPolicy(),
                        new Random(1),
                        UsernsDefaults.standard(),
                        () -> AccessPolicy.ROOT_ONLY),
                new Gate(new Authorizer(), new Remembered()));
    }

    private final class Remembered implements AuditLog {
        @Override
        public long append(
                Caller caller, Operation operation, Target target, Set<Privilege> privileges, Decision decision) {
            asked.add(operation.spelling() + " "
                    + privileges.stream().map(Privilege::spelling).sorted().toList());
            return asked.size();
        }

        @Override
        public void ended(Outcome outcome) {}

        @Override
        public void close() {}
    }

    private static final class NoNetworks implements Networks {
        @Override
        public List<Network> all() {
            return List.of();
        }

        @Override
        public Optional<Network> find(String nameOrId) {
            return Optional.empty();
        }

        @Override
        public Attachment attach(ContainerId container, NetworkSpec spec, Fd networkNamespace) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void detach(ContainerId container) {}

        @Override
        public void sweep(Collection<ContainerId> alive) {}
    }

    private Answer send(Ask ask) {
        return FakeExchange.send(ask, router);
    }

    private Answer create(String json) {
        return send(Ask.post("/v1.50/containers/create").query("name", "web").json(json));
    }

    private static JsonNode json(Answer answer) {
        return JsonMapper.builder().build().readTree(answer.body());
    }

    @Test
    void aContainerIsMadeFromTheVeryObjectThatWasDecidedOn() {
        Answer answer = create("{\"Image\":\"busybox\",\"HostConfig\":{\"CapAdd\":[\"NET_ADMIN\"]}}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(json(answer).get("Id").stringValue()).hasSize(64);
        assertThat(json(answer).get("Warnings").get(0).stringValue()).isEqualTo("a warning of the engine");
        assertThat(asked).containsExactly("container.create [added-capability:NET_ADMIN]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'PidMode':'container:web'",
                "'NetworkMode':'container:web'",
                "'Binds':['data:/data']",
                "'VolumesFrom':['web']",
            })
    void whatIsSharedWithAnotherContainerTakesThePrivilegesThatOneHas(String sharing) {
        create("{\"Image\":\"busybox\",\"HostConfig\":{\"CapAdd\":[\"NET_ADMIN\"],\"Binds\":[\"data:/data\"]}}");
        asked.clear();

        String body = "{'Image':'busybox','HostConfig':{" + sharing + "}}";
        Answer answer = send(Ask.post("/v1.50/containers/create").json(body.replace('\'', '"')));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(asked).hasSize(2);
        assertThat(asked.getFirst()).startsWith("container.create").doesNotContain("added-capability:NET_ADMIN");
        assertThat(asked.getLast()).startsWith("container.exec").contains("added-capability:NET_ADMIN");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'Image':'nothing'} | 404 | No such image: nothing",
                "{} | 400 | there is no image",
                "{'Image':'busybox','Privileged':true} | 400 | Privileged: this field is not known",
                "{'Image':'busybox','Image':'busybox'} | 400 | Duplicate",
                "{'Image':'busybox','User':'4294967296'} | 400 | outside 0..",
                "{'Image':'busybox'} x | 400 | invalid JSON",
            })
    void aBadRequestMakesNothingAndIsOnTheRecord(String body, int status, String message) {
        Answer answer = create(body.replace('\'', '"'));

        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(json(answer).get("message").stringValue()).contains(message);
        assertThat(asked).containsExactly("container.create []");
        assertThat(containers.done).isEmpty();
    }

    /// CVE-2024-41110: neither size, type nor encoding of a body gets anything past the decision.
    @Test
    void aBodyThatCannotBeReadWholeIsRefused() {
        String large = "{\"Image\":\"busybox\",\"Labels\":{\"a\":\"" + "x".repeat(4 << 20) + "\"}}";
        String good = "{\"Image\":\"busybox\"}";
        byte[] bytes = good.getBytes(StandardCharsets.UTF_8);

        assertThat(create(large).status()).isEqualTo(400);
        assertThat(send(Ask.post("/containers/create").body(bytes)).text()).contains("must be 'application/json'");
        assertThat(send(Ask.post("/containers/create")
                                .header("Content-Type", "text/plain")
                                .body(bytes))
                        .status())
                .isEqualTo(400);
        assertThat(send(Ask.post("/containers/create")
                                .header("Content-Encoding", "gzip")
                                .json(good))
                        .text())
                .contains("uncompressed");
        assertThat(send(Ask.post("/containers/create").json("")).text()).contains("no body");
        assertThat(containers.done).isEmpty();
    }

    @Test
    void anybodyButRootHears403AndNothingElse() {
        for (String body : List.of("{\"Image\":\"nothing\"}", "not json", "{\"Image\":\"busybox\"}")) {
            Answer answer = send(Ask.post("/containers/create").json(body).by(Ask.user(1000)));

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).contains("access denied").doesNotContain("image");
        }
        assertThat(send(Ask.get("/containers/none/json").by(Ask.user(1000))).status())
                .isEqualTo(403);
    }

    @Test
    void aPlatformThatTheImageIsNotForIs404SoThatTheClientPulls() {
        Answer answer = send(
                Ask.post("/containers/create").query("platform", "linux/arm64").json("{\"Image\":\"busybox\"}"));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).contains("does not match the specified platform");
    }

    @Test
    void inspectShowsWhatWasAskedForInDockersWords() {
        create("{\"Image\":\"busybox\",\"Tty\":true,\"HostConfig\":{\"Memory\":67108864,\"Binds\":[\"/etc:/x:ro\"],"
                + "\"RestartPolicy\":{\"Name\":\"always\"},\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"8080\"}]}}}");

        JsonNode shown = json(send(Ask.get("/containers/web/json").query("size", "1")));

        assertThat(shown.at("/Name").stringValue()).isEqualTo("/web");
        assertThat(shown.at("/Config/Tty").booleanValue()).isTrue();
        assertThat(shown.at("/Config/Image").stringValue()).isEqualTo("busybox");
        assertThat(shown.at("/HostConfig/Memory").longValue()).isEqualTo(67_108_864);
        assertThat(shown.at("/HostConfig/Binds/0").stringValue()).isEqualTo("/etc:/x:ro");
        assertThat(shown.at("/HostConfig/RestartPolicy/Name").stringValue()).isEqualTo("always");
        assertThat(shown.at("/HostConfig/PortBindings/80~1tcp/0/HostPort").stringValue())
                .isEqualTo("8080");
        assertThat(shown.at("/State/Status").stringValue()).isEqualTo("created");
        assertThat(shown.at("/State/StartedAt").stringValue()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(shown.at("/Bulkhead/UsernsMode").stringValue()).isEqualTo("auto");
        assertThat(shown.at("/Bulkhead/Privileges/0").stringValue()).isEqualTo("host-path:/etc:ro");
        assertThat(shown.at("/SizeRootFs").longValue()).isEqualTo(1003);
    }

    @Test
    void aListShowsRunningContainersUnlessAllAreAskedFor() {
        create("{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\"echo a\"]}");

        assertThat(json(send(Ask.get("/containers/json")))).isEmpty();
        JsonNode line =
                json(send(Ask.get("/containers/json").query("all", "1"))).get(0);
        assertThat(line.at("/Command").stringValue()).isEqualTo("sh -c 'echo a'");
        assertThat(line.at("/Status").stringValue()).isEqualTo("Created");

        send(Ask.post("/containers/web/start"));
        line = json(send(Ask.get("/containers/json"))).get(0);
        assertThat(line.at("/Status").stringValue()).isEqualTo("Up 3 minutes");
        assertThat(line.at("/Ports/0/PrivatePort").intValue()).isEqualTo(80);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'name':['we'] | 1",
                "'name':['^/web$'] | 1",
                "'name':['^b$'] | 0",
                "'status':['created'] | 1",
                "'status':['exited'] | 0",
                "'ancestor':['busybox'] | 1",
                "'ancestor':['other'] | 0",
                "'label':['a=b'] | 1",
                "'label':['a=c'] | 0",
                "'expose':['80/tcp'] | 1",
                "'expose':['81'] | 0",
                "'network':['bridge'] | 1",
                "'network':['none'] | 0",
                "'health':['none'] | 1",
                "'is-task':['true'] | 0",
                "'since':['web'] | 0",
            })
    void filtersPickContainers(String filter, int found) {
        create("{\"Image\":\"busybox\",\"Labels\":{\"a\":\"b\"}}");

        Answer answer = send(
                Ask.get("/containers/json").query("all", "1").query("filters", "{" + filter.replace('\'', '"') + "}"));

        assertThat(json(answer).size()).as(answer.text()).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"'nme':['x']", "'status':['gone']", "'name':['(']", "'exited':['x']", "'publish':['x']"})
    void aFilterThatMeansNothingIsRefused(String filter) {
        Answer answer = send(Ask.get("/containers/json").query("filters", "{" + filter.replace('\'', '"') + "}"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("invalid filter");
    }

    @Test
    void theLifeOfAContainerIsAnsweredAsDockerDoes() {
        create("{\"Image\":\"busybox\"}");

        assertThat(send(Ask.post("/containers/web/start").json("{\"Binds\":[]}"))
                        .status())
                .isEqualTo(400);
        assertThat(send(Ask.post("/containers/web/start").json("{}")).status()).isEqualTo(204);
        assertThat(send(Ask.post("/containers/web/start")).status()).isEqualTo(304);
        assertThat(send(Ask.post("/containers/web/stop").query("t", "-1").query("signal", "INT"))
                        .status())
                .isEqualTo(204);
        assertThat(send(Ask.post("/containers/web/stop").query("t", "soon")).status())
                .isEqualTo(400);
        assertThat(send(Ask.post("/containers/web/kill").query("signal", "SIGNONE"))
                        .status())
                .isEqualTo(400);
        assertThat(send(Ask.post("/containers/web/kill")).status()).isEqualTo(204);
        assertThat(send(Ask.post("/containers/web/resize").query("h", "24").query("w", "80"))
                        .status())
                .isEqualTo(200);
        assertThat(send(Ask.post("/containers/web/rename")).status()).isEqualTo(400);
        assertThat(send(Ask.delete("/containers/web").query("force", "1")).status())
                .isEqualTo(204);
        assertThat(send(Ask.post("/containers/gone/start")).status()).isEqualTo(404);
        assertThat(containers.done)
                .containsExactly(
                        "create web",
                        "start",
                        "start",
                        "stop Optional[SIGINT] Optional[PT-1S]",
                        "kill SIGKILL",
                        "resize 24x80",
                        "remove true false");
    }

    @Test
    void waitingSaysHowItEnded() {
        create("{\"Image\":\"busybox\"}");

        Answer answer = send(Ask.post("/containers/web/wait").query("condition", "next-exit"));

        assertThat(answer.text()).isEqualTo("{\"StatusCode\":7}\n");
        assertThat(send(Ask.post("/containers/web/wait").query("condition", "later"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void logsAreFramedAndStampedAndTypedByVersion() {
        create("{\"Image\":\"busybox\"}");
        Ask ask = Ask.get("/v1.42/containers/web/logs").query("stdout", "1").query("stderr", "1");

        Answer answer = send(ask.query("timestamps", "1").query("tail", "5"));

        assertThat(answer.headers()).containsEntry("Content-Type", "application/vnd.docker.multiplexed-stream");
        assertThat(answer.text().lines())
                .containsExactly(
                        "\u0001\0\0\0\0\0\0#2026-01-02T03:04:05.000000006Z one",
                        "\u0002\0\0\0\0\0\0#2026-01-02T03:04:05.000000006Z two");
        assertThat(send(Ask.get("/v1.41/containers/web/logs").query("stdout", "1"))
                        .headers())
                .containsEntry("Content-Type", "application/vnd.docker.raw-stream");
        assertThat(send(Ask.get("/containers/web/logs")).status()).isEqualTo(400);
        assertThat(containers.done.get(1)).contains("tail=5");
    }

    @Test
    void attachIsARawConnectionAndItsErrorsAreNot() {
        create("{\"Image\":\"busybox\",\"HostConfig\":{\"Privileged\":true}}");
        asked.clear();
        Ask ask = Ask.post("/containers/web/attach").query("stream", "1").query("stdout", "1");

        Answer answer = send(ask.header("Connection", "Upgrade").header("Upgrade", "tcp"));

        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.body()).containsExactly(1, 0, 0, 0, 0, 0, 0, 3, 'o', 'u', 't');
        assertThat(asked).singleElement().asString().contains("unmasked-paths");
        assertThat(send(ask.query("detachKeys", "ctrl-")).status()).isEqualTo(400);
        assertThat(send(Ask.post("/containers/gone/attach")).status()).isEqualTo(404);
    }

    @Test
    void anExecNeedsWhatItsContainerHasEachTimeItIsStarted() {
        create("{\"Image\":\"busybox\",\"HostConfig\":{\"CapAdd\":[\"SYS_TIME\"]}}");
        asked.clear();

        Answer made = send(Ask.post("/containers/web/exec")
                .json("{\"Cmd\":[\"ls\"],\"AttachStdout\":true,\"Detach\":false,\"Tty\":false}"));
        Answer started = send(Ask.post("/exec/ee/start").json("{\"Detach\":false,\"Tty\":false}"));
        Answer detached = send(Ask.post("/exec/ee/start").json("{\"Detach\":true}"));

        assertThat(made.status()).isEqualTo(201);
        assertThat(started.body()).endsWith('o', 'u', 't');
        assertThat(detached.status()).isEqualTo(200);
        assertThat(asked).hasSize(3).allMatch(line -> line.equals("container.exec [added-capability:SYS_TIME]"));
        assertThat(json(send(Ask.get("/exec/ee/json"))).at("/ExitCode").isNull())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'Cmd':[]} | No exec command specified",
                "{'Cmd':['ls'],'Privileged':true} | never gets more than its container",
                "{'Cmd':['ls'],'User':'-1'} | neither a number nor a name",
                "{'Cmd':['ls'],'WorkingDir':'/proc/self/fd/3'} | is in /proc",
                "{'Cmd':['ls'],'DetachKeys':'ctrl-'} | detach keys",
                "{'Cmd':['ls'],'cmd':['rm']} | cmd: this field is not known",
            })
    void anExecThatIsNotUnderstoodIsRefused(String body, String problem) {
        create("{\"Image\":\"busybox\"}");

        Answer answer = send(Ask.post("/containers/web/exec").json(body.replace('\'', '"')));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains(problem);
    }

    @Test
    void updateKeepsWhatItDoesNotNameAndIsDecidedOnTheResult() {
        create("{\"Image\":\"busybox\",\"HostConfig\":{\"Memory\":67108864}}");
        asked.clear();

        Answer kept = send(Ask.post("/containers/web/update").json("{\"PidsLimit\":-1,\"MemorySwap\":0}"));
        Answer refused = send(Ask.post("/containers/web/update").json("{\"Memory\":1}"));
        Answer fixed = send(Ask.post("/containers/web/update").json("{\"Devices\":[{}]}"));

        assertThat(kept.status()).as(kept.text()).isEqualTo(200);
        assertThat(containers.done).last().isEqualTo("update OptionalLong[67108864] -1");
        assertThat(asked.getFirst()).isEqualTo("container.update [raised-limit:pids]");
        assertThat(refused.text()).contains("Minimum memory limit allowed is 6MB");
        assertThat(fixed.text()).contains("Devices is not supported");
    }

    @Test
    void statsAndPostureAndTopAreShown() {
        create("{\"Image\":\"busybox\"}");
        send(Ask.post("/containers/web/start"));

        JsonNode stats =
                json(send(Ask.get("/containers/web/stats").query("stream", "0").query("one-shot", "1")));

        assertThat(stats.at("/cpu_stats/cpu_usage/total_usage").longValue()).isEqualTo(100);
        assertThat(stats.at("/pids_stats/limit").longValue()).isEqualTo(9);
        JsonNode posture = json(send(Ask.get("/bulkhead/v1/containers/web/posture")));
        assertThat(posture.at("/ReachableCalls/x86_64").intValue()).isEqualTo(290);
        assertThat(posture.at("/UnnamedNumbers/x86_64").isInt()).isTrue();
        assertThat(posture.at("/CallsNamedBy").stringValue()).isEqualTo("libseccomp 2.5.4");
        assertThat(json(send(Ask.get("/containers/web/top"))).at("/Titles/0").stringValue())
                .isEqualTo("PID");
    }

    @Test
    void whatIsNotThereYetSaysWhatToUseInstead() {
        create("{\"Image\":\"busybox\"}");

        Answer answer = send(Ask.get("/containers/web/archive").query("path", "/etc"));

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.text()).contains("use exec with tar");
        assertThat(send(Ask.get("/containers/web/changes")).status()).isEqualTo(501);
    }
}
