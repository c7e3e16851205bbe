package io.bulkhead.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every [Exchange] does, the fake and the server's: a test class for either extends this.
public abstract class ExchangeContract {

    /// Sends `ask` as a client would and gives it to `handler`.
    protected abstract Answer send(Ask ask, Handler handler) throws IOException;

    @Test
    void theHandlerSeesWhatWasSent() throws IOException {
        var seen = new ArrayList<Object>();

        send(
                Ask.post("/a/b%20c")
                        .query("x", "1 &")
                        .query("x", "2")
                        .header("X-Thing", "y")
                        .body("hello".getBytes(UTF_8)),
                e -> {
                    seen.addAll(List.of(e.method(), e.path(), e.query("x"), e.queryAll("x"), e.header("x-thing")));
                    seen.addAll(List.of(
                            e.query("none"),
                            e.header("none"),
                            new String(e.body().readAllBytes(), UTF_8)));
                    e.answerEmpty(204);
                });

        assertThat(seen.toString())
                .isEqualTo(
                        "[POST, /a/b%20c, Optional[2], [1 &, 2], Optional[y], Optional.empty, Optional.empty, hello]");
    }

    @Test
    void anEncodedSlashArrivesEncoded() throws IOException {
        Answer answer = send(
                Ask.get("/images/team%2Fweb/json"),
                e -> e.answer(200, "text/plain", e.path().getBytes(UTF_8)));

        assertThat(answer.text()).isEqualTo("/images/team%2Fweb/json");
    }

    @Test
    void anAnswerHasItsStatusHeadersAndBody() throws IOException {
        Answer answer = send(Ask.get("/"), e -> {
            e.setHeader("X-One", "1");
            e.answer(418, "text/plain", "tea".getBytes(UTF_8));
        });

        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.headers()).containsEntry("x-one", "1");
        assertThat(answer.headers().get("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.text()).isEqualTo("tea");
    }

    @Test
    void anEmptyAnswerHasNoBody() throws IOException {
        Answer answer = send(Ask.get("/"), e -> e.answerEmpty(204));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aStreamArrivesWhole() throws IOException {
        Answer answer = send(Ask.get("/"), e -> {
            try (var out = e.stream(200, "application/json")) {
                out.write("one\n".getBytes(UTF_8));
                out.write("two\n".getBytes(UTF_8));
            }
        });

        assertThat(answer.text()).isEqualTo("one\ntwo\n");
    }

    @Test
    void theAnswerToAHeadRequestHasNoBody() throws IOException {
        Answer answer = send(Ask.of("HEAD", "/"), e -> e.answer(200, "text/plain", "OK".getBytes(UTF_8)));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aHandlerThatAnswersNothingIsAnsweredFor() throws IOException {
        Answer answer = send(Ask.get("/"), _ -> {});

        assertThat(answer.status()).isEqualTo(500);
    }
}
