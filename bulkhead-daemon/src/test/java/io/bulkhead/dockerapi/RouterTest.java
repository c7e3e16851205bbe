package io.bulkhead.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.Gate;
import io.bulkhead.container.EngineException;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.http.FakeExchange;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {

    private final KeptRecord record = new KeptRecord();

    private final Router router = new Router(
            List.of(
                    route("GET", "/images/json", _ -> "list"),
                    route("GET", "/images/{name...}/json", call -> "image " + call.path("name")),
                    route("GET", "/containers/{id}/json", call -> "container " + call.path("id")),
                    route("DELETE", "/containers/{id}", call -> "removed " + call.path("id")),
                    route("GET", "/version", call -> "for " + call.version())),
            new Gate(new Authorizer(), record));

    private interface Said {
        String by(Call call);
    }

    private static Route route(String method, String pattern, Said said) {
        return new Route(method, pattern, Operation.IMAGE_LIST, call -> {
            String text = said.by(call);
            call.allow(Target.none());
            Json.answer(call.exchange(), 200, text);
        });
    }

    private Answer send(Ask ask) {
        return FakeExchange.send(ask, router);
    }

    private Answer sendTo(Route.Action action, Ask ask) {
        var gate = new Gate(new Authorizer(), record);
        return FakeExchange.send(
                ask, new Router(List.of(new Route("GET", "/x", Operation.CONTAINER_START, action)), gate));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    /images/json, list
                    /images/debian:12/json, image debian:12
                    /images/localhost:5000/a/b/json, image localhost:5000/a/b
                    /images/localhost:5000%2Fa%2Fb/json, image localhost:5000/a/b
                    /images/json/json, image json
                    /v1.43/containers/web/json, container web
                    /containers/a%20b/json, container a b
                    """)
    void aPathFindsItsRouteAndIsDecodedOnce(String path, String said) {
        assertThat(send(Ask.get(path)).text()).isEqualTo("\"" + said + "\"\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "*",
                "/nothing",
                "/images",
                "/images//json",
                "/images/json/",
                "//images/json",
                "/containers/a%2Fb/json",
                "/containers/a%2fb/json",
                "/containers/%/json",
                "/containers/%zz/json",
                "/containers/%ff/json",
                "/containers/a%00b/json",
                "/containers/a%0ab/json",
                "/containers//json",
                "/v1/containers/a/json",
                "/v1.41",
                "/V1.41/containers/a/json",
                "/v1.41/v1.41/containers/a/json",
                "/Containers/a/json"
            })
    void aPathWithoutRouteIsRefusedOnTheRecordAndNotFound(String path) {
        Answer answer = send(Ask.get(path));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo("{\"message\":\"page not found\"}\n");
        assertThat(record.lines()).containsExactly("unix:0 unknown GET " + path + ": refused");
    }

    @Test
    void anotherMethodIsNotFoundEither() {
        Answer answer = send(Ask.post("/containers/a"));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(record.lines()).containsExactly("unix:0 unknown POST /containers/a: refused");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /version       | 200 | for 1.51
                    /v1.51/version | 200 | for 1.51
                    /v1.41/version | 200 | for 1.41
                    /v1.60/version | 400 | client version 1.60 is too new. Maximum supported API version is 1.51
                    /v2.0/version  | 400 | client version 2.0 is too new. Maximum supported API version is 1.51
                    /v1.40/version | 400 | client version 1.40 is too old. Minimum supported API version is 1.41, please
                    /v0.9/version  | 400 | client version 0.9 is too old. Minimum supported API version is 1.41, please
                    """)
    void theVersionInThePathIsAnsweredOrRefused(String path, int status, String said) {
        Answer answer = send(Ask.get(path));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).contains(said);
        assertThat(record.lines()).hasSize(1);
    }

    @Test
    void everyAnswerNamesTheVersionsAndTheServer() {
        for (String path : List.of("/version", "/nothing", "/v1.60/version")) {
            assertThat(send(Ask.get(path)).headers())
                    .containsEntry("Api-Version", "1.51")
                    .containsEntry("Docker-Experimental", "false")
                    .containsEntry("Ostype", "linux")
                    .hasEntrySatisfying("Server", server -> assertThat(server).startsWith("Bulkhead/"));
        }
    }

    @Test
    void aRefusedCallerHearsTheLayerTheRuleAndTheRemedy() {
        Answer answer = send(Ask.get("/version").by(Ask.user(1000)));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text())
                .isEqualTo(
                        "{\"message\":\"access denied by role: default: no role is bound to unix:1000; to lift it: run"
                                + " the command as root, or have an administrator bind a role to you in roles.yaml\"}\n");
        assertThat(record.lines()).containsExactly("unix:1000 image.list: refused");
    }

    @Test
    void somebodyWithoutRightsLearnsNothingFromARequestThatFailsEarly() {
        Route.Action missing = _ -> {
            throw new EngineException(EngineException.Reason.NOT_FOUND, "No such container: secret");
        };

        Answer refused = sendTo(missing, Ask.get("/x").by(Ask.user(1000)));
        Answer told = sendTo(missing, Ask.get("/x"));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).doesNotContain("secret");
        assertThat(told.status()).isEqualTo(404);
        assertThat(record.lines())
                .containsExactly(
                        "unix:1000 container.start unresolved GET /x: refused",
                        "unix:0 container.start unresolved GET /x: allowed");
    }

    @Test
    void aVersionNobodySpeaksIsRefusedToSomebodyWithoutRightsAsAnythingElse() {
        assertThat(send(Ask.get("/v1.60/version").by(Ask.user(7))).status()).isEqualTo(403);
    }

    @Test
    void aRequestThatCannotBeReadIsOnTheRecordToo() {
        Route.Action unreadable = _ -> {
            throw new IOException("connection reset");
        };

        assertThat(sendTo(unreadable, Ask.get("/x").by(Ask.user(1000))).status())
                .isEqualTo(403);
        assertThat(sendTo(unreadable, Ask.get("/x")).status()).isEqualTo(500);
        assertThat(record.lines()).hasSize(2);
    }

    @Test
    void aRouteThatForgetsToAskCannotAnswer() {
        Answer answer = sendTo(call -> Json.answer(call.exchange(), 200, "secret"), Ask.get("/x"));

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).doesNotContain("secret");
    }

    @Test
    void withoutARecordNothingIsDone() {
        record.fillUp();

        Answer known = send(Ask.get("/version"));
        Answer unknown = send(Ask.get("/nothing"));

        assertThat(List.of(known.status(), unknown.status())).containsOnly(503);
        assertThat(known.text()).contains("nothing was done");
    }

    @Test
    void anUnexpectedExceptionIsTellingOnlyItsNumber() {
        Answer answer = sendTo(
                call -> {
                    call.allow(Target.none());
                    throw new IllegalStateException("/var/lib/bulkhead/secret");
                },
                Ask.get("/x"));

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text())
                .matches("\\{\"message\":\"unexpected error; the engine's log has it under [0-9a-f]{8}\"}\n");
    }

    @Test
    void aFailureAfterTheAnswerBeganBelongsToTheServer() {
        Answer answer = sendTo(
                call -> {
                    call.allow(Target.none());
                    call.exchange().stream(200, "text/plain").write('a');
                    throw new IllegalStateException("late");
                },
                Ask.get("/x"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("a");
    }

    @Test
    void notModifiedHasNoBody() {
        Answer answer = sendTo(
                _ -> {
                    throw new EngineException(EngineException.Reason.NOT_MODIFIED, "already started");
                },
                Ask.get("/x"));

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void twoRoutesOfOneShapeAreAMistake() {
        Route one = route("GET", "/a/{x}/b", _ -> "");
        Route two = route("GET", "/a/{y}/b", _ -> "");

        assertThatThrownBy(() -> new Router(List.of(one, two), new Gate(new Authorizer(), record)))
                .hasMessage("two routes answer GET /a/{y}/b");
    }

    @Test
    void aParameterTheRouteDoesNotHaveIsAMistake() {
        assertThat(sendTo(call -> call.path("id"), Ask.get("/x")).status()).isEqualTo(400);
    }

    @Test
    void howARequestEndedIsOnTheRecordOnce() {
        sendTo(
                call -> {
                    call.allow(Target.none());
                    Json.answer(call.exchange(), 201, "made");
                },
                Ask.get("/x"));

        assertThat(record.endings()).containsExactly("container.start 201 done");
    }

    @Test
    void aRequestThatFailedBeforeItAskedIsOnTheRecordAsFailed() {
        sendTo(
                _ -> {
                    throw new EngineException(EngineException.Reason.NOT_FOUND, "no such container: secret");
                },
                Ask.get("/x"));
        sendTo(
                _ -> {
                    throw new IllegalArgumentException("field `secret` is wrong");
                },
                Ask.get("/x"));

        assertThat(record.endings()).containsExactly("container.start 404 not-found", "container.start 400 invalid");
    }

    @Test
    void aFailureAfterItWasAllowedIsOnTheRecordAsFailed() {
        sendTo(
                call -> {
                    call.allow(Target.none());
                    throw new EngineException(EngineException.Reason.CONFLICT, "it runs");
                },
                Ask.get("/x"));
        sendTo(
                call -> {
                    call.allow(Target.none());
                    throw new EngineException(EngineException.Reason.NOT_MODIFIED, "it runs already");
                },
                Ask.get("/x"));

        assertThat(record.endings()).containsExactly("container.start 409 conflict", "container.start 304 done");
    }

    @Test
    void aStreamOfProgressThatEndsBadlyIsOnTheRecordAsFailed() {
        sendTo(
                call -> {
                    call.allow(Target.none());
                    var lines = new JsonLines(call.exchange());
                    lines.status("", "pulling");
                    lines.fail(new EngineException(EngineException.Reason.STORAGE_FULL, "no space"));
                },
                Ask.get("/x"));

        assertThat(record.endings()).containsExactly("container.start 200 storage-full");
    }

    @Test
    void aRefusedRequestHasNoEndOfItsOwn() {
        sendTo(call -> call.allow(Target.none()), Ask.get("/x").by(Ask.user(1000)));

        assertThat(record.lines()).containsExactly("unix:1000 container.start: refused");
        assertThat(record.endings()).isEmpty();
    }
}
