package io.bulkhead.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.authn.AuthnException.Reason;
import io.bulkhead.authn.Tokens.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TokensTest {

    @TempDir
    private Path home;

    private Instant now = Instant.parse("2026-11-29T00:00:00Z");

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("UTC is enough");
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private Path file() {
        return home.resolve("t/tokens.json");
    }

    private Tokens open() {
        return Tokens.open(home.resolve("t"), clock);
    }

    private static Tokens.Made made(Tokens tokens, String name) {
        return tokens.create(name, "operator", "unix:0", Optional.empty());
    }

    private static Answer answer(Tokens tokens, Tokens.Made made) {
        return tokens.answer(made.secret().reveal(), "192.0.2.1");
    }

    private static String refusal(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return ((Answer.Refused) answer).reason();
    }

    @Test
    void aTokenIsKnownAlsoByTheNextDaemon() {
        Tokens.Made deploy;
        try (Tokens tokens = open()) {
            deploy = made(tokens, "deploy");
            assertThat(deploy.secret().reveal()).matches("bhd_[A-Za-z0-9_-]{43}");
        }
        try (Tokens tokens = open()) {
            assertThat(answer(tokens, deploy)).isInstanceOfSatisfying(Answer.Known.class, known -> {
                assertThat(known.caller().name()).isEqualTo("deploy");
                assertThat(known.caller().role()).isEqualTo("operator");
                assertThat(known.caller().id()).isEqualTo(deploy.token().id());
                assertThat(known.caller().address()).contains("192.0.2.1");
            });
        }
    }

    @Test
    void theFileHasNoSecretAndIsForNobodyElse() throws IOException {
        try (Tokens tokens = open()) {
            Tokens.Made deploy = made(tokens, "deploy");

            assertThat(Files.readString(file()))
                    .contains("deploy")
                    .doesNotContain(deploy.secret().reveal())
                    .doesNotContain(deploy.secret().reveal().substring(4));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("t"))))
                    .isEqualTo("rwx------");
            assertThat(deploy.secret().toString()).isEqualTo("TokenSecret[hidden]");
            assertThat(deploy.toString()).doesNotContain(deploy.secret().reveal());
        }
    }

    @Test
    void aRevokedOneIsRefusedAtOnceAndSaysSo() {
        try (Tokens tokens = open()) {
            Tokens.Made deploy = made(tokens, "deploy");
            tokens.revoke("deploy");

            assertThat(refusal(answer(tokens, deploy)))
                    .isEqualTo("token deploy (" + deploy.token().id() + "): it was revoked at 2026-11-29T00:00:00Z");
            assertThatThrownBy(() -> tokens.revoke("deploy"))
                    .isInstanceOfSatisfying(
                            AuthnException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
        }
        try (Tokens tokens = open()) {
            assertThat(tokens.all()).hasSize(1);
            now = now.plus(Duration.ofDays(91));
            made(tokens, "another");
            assertThat(tokens.all()).as("forgotten after 90 days").hasSize(1);
        }
    }

    @Test
    void anExpiredOneIsRefused() {
        try (Tokens tokens = open()) {
            Tokens.Made brief = tokens.create("brief", "viewer", "unix:0", Optional.of(now.plusSeconds(60)));
            now = now.plusSeconds(59);
            assertThat(answer(tokens, brief)).isInstanceOf(Answer.Known.class);
            now = now.plusSeconds(1);

            assertThat(refusal(answer(tokens, brief))).contains("it expired at 2026-11-29T00:01:00Z");
            assertThat(made(tokens, "brief").token().name())
                    .as("the name is free again")
                    .isEqualTo("brief");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bhd_",
                "bhd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "BHD_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "bhd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA bhd_x",
                "deploy"
            })
    void whatNobodyGaveOutIsRefused(String text) {
        try (Tokens tokens = open()) {
            made(tokens, "deploy");

            assertThat(refusal(tokens.answer(text, "x"))).containsAnyOf("does not know", "no token of this engine's");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-x", "../x", "a/b", "ä", "x\ny"})
    void namesArePlain(String name) {
        try (Tokens tokens = open()) {
            assertThatThrownBy(() -> made(tokens, name)).hasMessageContaining("a token's name has letters");
            assertThat(file()).doesNotExist();
        }
    }

    @Test
    void ofTwoCreatesOfANameAtOnceOneWinsAndOfOthersNoneIsLost() throws Exception {
        try (Tokens tokens = open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Callable<Tokens.Made>>();
            for (int i = 0; i < 40; i++) {
                String name = i % 2 == 0 ? "same" : "t" + i;
                all.add(() -> made(tokens, name));
            }
            int same = 0;
            for (Future<Tokens.Made> each : threads.invokeAll(all)) {
                try {
                    assertThat(answer(tokens, each.get())).isInstanceOf(Answer.Known.class);
                    same += each.get().token().name().equals("same") ? 1 : 0;
                } catch (ExecutionException taken) {
                    assertThat(taken).cause().isInstanceOf(AuthnException.class).hasMessageContaining("already");
                }
            }

            assertThat(same).isEqualTo(1);
            assertThat(tokens.all()).hasSize(21);
        }
        try (Tokens tokens = open()) {
            assertThat(tokens.all()).hasSize(21);
        }
    }

    @Test
    void aChangeByHandCountsAtOnce() throws IOException {
        try (Tokens tokens = open()) {
            Tokens.Made deploy = made(tokens, "deploy");
            String text = Files.readString(file());

            Files.writeString(file(), text.replace("operator", "viewer"));
            assertThat(answer(tokens, deploy))
                    .isInstanceOfSatisfying(
                            Answer.Known.class,
                            known -> assertThat(known.caller().role()).isEqualTo("viewer"));

            Files.delete(file());
            assertThat(refusal(answer(tokens, deploy))).contains("does not know");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "null",
                "[]",
                "{\"tokens\":[null]}",
                "{\"tokens\":[]} trailing",
                "{\"tokens\":[],\"tokens\":[]}",
                "{\"tokens\":[{\"id\":\"0123456789ab\",\"name\":\"x\",\"role\":\"admin\"}]}",
                "{\"tokens\":[{\"id\":\"0123456789ab\",\"name\":\"x\",\"role\":\"admin\",\"creator\":\"unix:0\","
                        + "\"sha256\":\"zz\",\"created\":\"2026-11-29T00:00:00Z\"}]}",
                "{\"tokens\":[{\"id\":\"0123456789ab\",\"name\":\"x\",\"role\":\"admin\",\"creator\":\"unix:0\","
                        + "\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\","
                        + "\"created\":\"yesterday\"}]}",
                "{\"tokens\":[{\"id\":\"0123456789ab\",\"name\":\"x\",\"role\":\"admin\",\"creator\":\"unix:0\","
                        + "\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\","
                        + "\"created\":\"2026-11-29T00:00:00Z\",\"expires_\":null}]}"
            })
    void aBrokenFileLetsNobodyInAndIsNotWrittenOver(String broken) throws IOException {
        try (Tokens tokens = open()) {
            Tokens.Made deploy = made(tokens, "deploy");
            String good = Files.readString(file());
            Files.writeString(file(), broken);

            assertThat(refusal(answer(tokens, deploy))).contains("no token is taken now");
            assertThat(tokens.problem())
                    .hasValueSatisfying(problem -> assertThat(problem).contains("tokens.json"));
            assertThatThrownBy(() -> made(tokens, "other"))
                    .isInstanceOfSatisfying(
                            AuthnException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE));
            assertThatThrownBy(this::open).isInstanceOf(AuthnException.class);
            assertThat(Files.readString(file())).isEqualTo(broken);

            Files.writeString(file(), good);
            assertThat(answer(tokens, deploy)).isInstanceOf(Answer.Known.class);
        }
    }

    @Test
    void aFileThatOthersCanReadOrThatIsALinkIsRefused() throws IOException {
        try (Tokens tokens = open()) {
            Tokens.Made deploy = made(tokens, "deploy");
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(refusal(answer(tokens, deploy))).contains("no token is taken now");

            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
            assertThat(answer(tokens, deploy)).isInstanceOf(Answer.Known.class);

            Files.move(file(), home.resolve("elsewhere"));
            Files.createSymbolicLink(file(), home.resolve("elsewhere"));
            assertThat(refusal(answer(tokens, deploy))).contains("no token is taken now");
        }
    }

    @Test
    void whatACrashLeftBesideTheFileIsNothing() throws IOException {
        Tokens.Made deploy;
        try (Tokens tokens = open()) {
            deploy = made(tokens, "deploy");
        }
        Files.writeString(home.resolve("t/tokens.json.new"), "{\"tok");
        try (Tokens tokens = open()) {
            assertThat(answer(tokens, deploy)).isInstanceOf(Answer.Known.class);
            assertThat(answer(tokens, made(tokens, "next"))).isInstanceOf(Answer.Known.class);
            assertThat(Files.exists(home.resolve("t/tokens.json.new"))).isFalse();
        }
    }

    @Test
    void itsLastUseIsTold() {
        Tokens.Made deploy;
        try (Tokens tokens = open()) {
            deploy = made(tokens, "deploy");
            now = now.plusSeconds(95);
            answer(tokens, deploy);
            assertThat(tokens.all().getFirst().lastUsed()).contains(Instant.parse("2026-11-29T00:01:00Z"));
        }
        try (Tokens tokens = open()) {
            assertThat(tokens.all().getFirst().lastUsed()).contains(Instant.parse("2026-11-29T00:01:00Z"));
        }
    }

    /// A process of its own makes and revokes tokens and tells each one; it is killed at any moment, again and
    /// again.
    @Test
    void nothingThatWasToldIsLostWhenTheProcessIsKilled() throws Exception {
        List<String> live = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Busy.class.getName(),
                            home.resolve("t").toString(),
                            "r" + round)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var in = process.inputReader(StandardCharsets.UTF_8);
            assertThat(in.readLine()).isEqualTo("begun");
            Thread.sleep(40 + 37L * round);
            assertThat(process.toHandle().destroyForcibly()).isTrue();
            process.waitFor();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("made") && words.length == 2 && words[1].length() == 47) {
                    live.add(words[1]);
                } else if (words[0].equals("revoked") && words.length == 2 && words[1].length() == 47) {
                    live.remove(words[1]);
                    try (Tokens tokens = Tokens.open(home.resolve("t"), Clock.systemUTC())) {
                        assertThat(refusal(tokens.answer(words[1], "x"))).contains("revoked");
                    }
                }
            }
            try (Tokens tokens = Tokens.open(home.resolve("t"), Clock.systemUTC())) {
                // The last of them may have been revoked without anybody being told any more.
                for (String secret : live.subList(0, Math.max(0, live.size() - 1))) {
                    assertThat(tokens.answer(secret, "x")).isInstanceOf(Answer.Known.class);
                }
            }
            live.clear();
        }
    }

    /// See [#nothingThatWasToldIsLostWhenTheProcessIsKilled].
    static final class Busy {
        public static void main(String[] arguments) {
            Tokens tokens = Tokens.open(Path.of(arguments[0]), Clock.systemUTC());
            System.out.println("begun");
            for (int i = 0; ; i++) {
                Tokens.Made made = tokens.create(arguments[1] + "-" + i, "viewer", "unix:0", Optional.empty());
                System.out.println("made " + made.secret().reveal());
                if (i % 2 == 0) {
                    tokens.revoke(made.token().id());
                    System.out.println("revoked " + made.secret().reveal());
                }
            }
        }
    }
}
