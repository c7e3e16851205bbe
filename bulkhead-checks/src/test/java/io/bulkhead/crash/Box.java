package io.bulkhead.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A container and what must be true of it at any time.
record Box(CrashDaemon daemon, String id) {

    /// Counts until it gets SIGTERM, and ends with 5 then.
    static final String COUNTER =
            "trap 'exit 5' TERM; i=0; while :; do echo $i; i=$((i+1)); sleep 0.05 & wait $!; done";

    static final long LIMIT = TimeUnit.SECONDS.toNanos(10);

    static Box create(CrashDaemon daemon, String name, Map<String, Object> host, String script) {
        Api.Answer answer = daemon.api().post("/containers/create?name=" + name, spec(host, List.of(), script));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return of(daemon, answer.json().path("Id").asString());
    }

    static Box of(CrashDaemon daemon, String id) {
        daemon.made(id);
        return new Box(daemon, id);
    }

    static String spec(Map<String, Object> host, List<String> env, String script) {
        return JsonMapper.shared()
                .writeValueAsString(
                        Map.of("Image", "crash", "Cmd", List.of("sh", "-c", script), "Env", env, "HostConfig", host));
    }

    Box started() {
        Api.Answer answer = start();
        assertThat(answer.status()).as(answer.body()).isEqualTo(204);
        return this;
    }

    /// Waits until [#COUNTER] has set its trap: a first process gets no signal that it has no handler for.
    Box counting() {
        assertThat(eventually(() -> !output().isEmpty())).isTrue();
        return this;
    }

    Api.Answer start() {
        return daemon.api().post("/containers/" + id + "/start", "");
    }

    Api.Answer inspect() {
        return daemon.api().get("/containers/" + id + "/json");
    }

    JsonNode state() {
        Api.Answer answer = inspect();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("State");
    }

    boolean exists() {
        int status = inspect().status();
        assertThat(status).isIn(200, 404);
        return status == 200;
    }

    boolean running() {
        return state().path("Running").asBoolean();
    }

    int pid() {
        return state().path("Pid").asInt();
    }

    int exitCode() {
        return state().path("ExitCode").asInt(-1);
    }

    /// It runs if and only if its process does. Asked again while it may be ending.
    void requireTruth() {
        assertThat(eventually(this::tellsTheTruth))
                .as("the status of %s: %s", id, inspect().body())
                .isTrue();
    }

    private boolean tellsTheTruth() {
        JsonNode state = state();
        boolean lives =
                state.path("Pid").asInt() != 0 && isOurs(state.path("Pid").asInt());
        return state.path("Running").asBoolean() == lives && (lives || !inAnyCgroup());
    }

    private boolean isOurs(int pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cgroup")).contains(id);
        } catch (IOException ended) {
            return false;
        }
    }

    private boolean inAnyCgroup() {
        try {
            for (String process : new Shell("sh", "-c", "grep -ls " + id + " /proc/[0-9]*/cgroup || true").lines()) {
                if (!process.isEmpty()) {
                    return true;
                }
            }
            return false;
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// The first host id of its user namespace.
    String firstHostId() throws IOException {
        return Files.readString(Path.of("/proc/" + pid() + "/uid_map")).strip().split("\\s+", -1)[1];
    }

    int waitForEnd() {
        Api.Answer answer = daemon.api().post("/containers/" + id + "/wait", "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("StatusCode").asInt(-1);
    }

    /// Standard output and error, without the frames around them.
    String output() {
        Api.Answer answer = daemon.api().get("/containers/" + id + "/logs?stdout=1&stderr=1");
        assertThat(answer.status()).isEqualTo(200);
        return unframed(answer.body());
    }

    static String unframed(String stream) {
        var text = new StringBuilder();
        int at = 0;
        while (at + 8 <= stream.length()) {
            int length = stream.charAt(at + 4) << 24
                    | stream.charAt(at + 5) << 16
                    | stream.charAt(at + 6) << 8
                    | stream.charAt(at + 7);
            text.append(stream, at + 8, Math.min(stream.length(), at + 8 + length));
            at += 8 + length;
        }
        return text.toString();
    }

    /// No number is missing from what the counter wrote, whoever read it meanwhile.
    void requireWholeCount() {
        List<String> lines = output().lines().toList();
        var expected = new ArrayList<String>();
        for (int i = 0; i < lines.size(); i++) {
            expected.add("" + i);
        }
        assertThat(lines).isEqualTo(expected).isNotEmpty();
    }

    void remove() {
        Api.Answer answer = daemon.api().delete("/containers/" + id + "?force=1&v=1");
        assertThat(answer.status()).as(answer.body()).isIn(204, 404);
        assertThat(exists()).isFalse();
    }

    static boolean eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
        return true;
    }
}
