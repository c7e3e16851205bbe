package io.bulkhead.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

/// One request during which the daemon is killed, and what must be true when the next daemon answers.
interface Crash {

    /// Asks; on a thread of its own, for the daemon is killed meanwhile.
    Api.Answer ask();

    /// @param answer what came, if anything came before the kill
    void check(Api.Answer answer);

    /// What to prepare before the request.
    enum Kind {
        CREATE(3),
        START(6),
        STOP(4),
        REMOVE(3),
        EXEC(2),
        RUN_AND_REMOVE(2);

        /// How many of twenty kills it gets.
        final int share;

        Kind(int share) {
            this.share = share;
        }

        Crash prepare(CrashDaemon daemon, Box keeper, int number) {
            String name = "box-" + number;
            return switch (this) {
                case CREATE -> new Create(daemon, name);
                case START -> new Start(keeper, Box.create(daemon, name, Map.of(), Box.COUNTER));
                case STOP ->
                    new Stop(Box.create(daemon, name, Map.of(), Box.COUNTER)
                            .started()
                            .counting());
                case REMOVE -> new Remove(removable(daemon, name, number));
                case EXEC -> new Exec(keeper);
                case RUN_AND_REMOVE ->
                    new RunAndRemove(Box.create(daemon, name, Map.of("AutoRemove", true), "sleep 0.05"));
            };
        }

        private static Box removable(CrashDaemon daemon, String name, int number) {
            Map<String, Object> host = Map.of("Mounts", List.of(Map.of("Type", "volume", "Target", "/data")));
            if (number % 2 == 0) {
                return Box.create(daemon, name, host, "true");
            }
            Box ended = Box.create(daemon, name, host, "echo done; exit 3").started();
            assertThat(ended.waitForEnd()).isEqualTo(3);
            return ended;
        }
    }

    record Create(CrashDaemon daemon, String name) implements Crash {

        @Override
        public Api.Answer ask() {
            return daemon.api().post("/containers/create?name=" + name, Box.spec(Map.of(), List.of(), Box.COUNTER));
        }

        @Override
        public void check(Api.Answer answer) {
            Api.Answer found = daemon.api().get("/containers/" + name + "/json");
            assertThat(found.status()).isIn(200, 404);
            if (answer.status() == 201) {
                assertThat(found.status()).as("answered as created").isEqualTo(200);
                assertThat(found.json().path("Id")).isEqualTo(answer.json().path("Id"));
            }
            if (found.status() == 200) {
                Box box = Box.of(daemon, found.json().path("Id").asString()).started();
                box.requireTruth();
                box.remove();
            }
        }
    }

    record Start(Box keeper, Box box) implements Crash {

        @Override
        public Api.Answer ask() {
            return box.start();
        }

        @Override
        public void check(Api.Answer answer) {
            box.requireTruth();
            if (answer.status() == 204) {
                assertThat(box.running()).as("answered as started").isTrue();
            } else if (!box.running()) {
                box.started();
            }
            box.requireTruth();
            assertThat(Box.eventually(() -> !box.output().isEmpty())).isTrue();
            requireOwnIds();
            box.remove();
        }

        private void requireOwnIds() {
            try {
                assertThat(box.firstHostId()).isNotEqualTo(keeper.firstHostId());
            } catch (java.io.IOException ended) {
                throw new AssertionError(ended);
            }
        }
    }

    record Stop(Box box) implements Crash {

        @Override
        public Api.Answer ask() {
            return box.daemon().api().post("/containers/" + box.id() + "/stop?t=20", "");
        }

        @Override
        public void check(Api.Answer answer) {
            box.requireTruth();
            if (answer.status() == 204) {
                assertThat(box.running()).as("answered as stopped").isFalse();
            }
            if (box.running()) {
                int status = ask().status();
                // It may have had its signal already and end on its own now.
                assertThat(status).isIn(204, 304);
            }
            assertThat(box.running()).isFalse();
            assertThat(box.exitCode()).as(box.inspect().body()).isEqualTo(5);
            box.requireWholeCount();
            box.remove();
        }
    }

    record Remove(Box box) implements Crash {

        @Override
        public Api.Answer ask() {
            return box.daemon().api().delete("/containers/" + box.id() + "?v=1");
        }

        @Override
        public void check(Api.Answer answer) {
            if (answer.status() == 204) {
                assertThat(box.exists()).as("answered as removed").isFalse();
            }
            if (box.exists()) {
                // With its volume, or it could not start.
                int _ = box.started().waitForEnd();
            }
            box.remove();
        }
    }

    record Exec(Box keeper) implements Crash {

        @Override
        public Api.Answer ask() {
            Api api = keeper.daemon().api();
            Api.Answer made = api.post(
                    "/containers/" + keeper.id() + "/exec",
                    "{\"AttachStdout\":true,\"Cmd\":[\"sh\",\"-c\",\"echo hi; exit 4\"]}");
            if (made.status() != 201) {
                return made;
            }
            String id = made.json().path("Id").asString();
            Api.Answer ran = api.post("/exec/" + id + "/start", "{\"Detach\":false}");
            if (ran.status() == 200 && Box.eventually(() -> ended(api, id))) {
                // Killed since, or before it was seen to end: then there is nothing to read.
                Api.Answer last = api.get("/exec/" + id + "/json");
                return last.status() == 200
                        ? new Api.Answer(last.json().path("ExitCode").asInt(-1), ran.body())
                        : last;
            }
            return ran;
        }

        private static boolean ended(Api api, String id) {
            Api.Answer now = api.get("/exec/" + id + "/json");
            return now.status() != 200 || !now.json().path("Running").asBoolean();
        }

        @Override
        public void check(Api.Answer answer) {
            Api.Answer again = ask();
            assertThat(again.status()).as(again.body()).isEqualTo(4);
            assertThat(Box.unframed(again.body())).isEqualTo("hi\n");
        }
    }

    record RunAndRemove(Box box) implements Crash {

        @Override
        public Api.Answer ask() {
            Api.Answer started = box.start();
            if (started.status() == 204) {
                Box.eventually(() -> box.inspect().status() != 200);
            }
            return started;
        }

        @Override
        public void check(Api.Answer answer) {
            boolean gone = Box.eventually(() -> !box.exists() || (answer.status() != 204 && neverBegan()));
            assertThat(gone).as(box.inspect().body()).isTrue();
            box.remove();
        }

        private boolean neverBegan() {
            Api.Answer found = box.inspect();
            return found.status() == 404
                    || found.json().path("State").path("Status").asString().equals("created");
        }
    }
}
