package io.bulkhead.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.capability.Capability;
import io.bulkhead.chain.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class AuditFileTest {

    private static final Caller ROOT = user(0);

    @TempDir
    Path directory;

    @Test
    void anAllowedCallIsOnTheRecordWithItsPrivileges() throws IOException {
        try (var log = AuditFile.open(directory, Clock.systemUTC())) {
            gate(log)
                    .require(
                            ROOT,
                            Operation.CONTAINER_CREATE,
                            new Target.OfContainer("", "web\n", Set.of("debian"), ""),
                            Set.of(new Privilege.AddedCapability(Capability.NET_ADMIN)));
        }

        var record = JsonMapper.shared().readTree(calls().getFirst());
        assertThat(record.path("decision").asString()).isEqualTo("allowed");
        assertThat(record.path("uid").asLong()).isZero();
        assertThat(record.path("container").asString()).isEqualTo("web\n");
        assertThat(record.path("privileges").get(0).asString()).isEqualTo("added-capability:NET_ADMIN");
    }

    @Test
    void aRefusedCallIsOnTheRecordToo() throws IOException {
        try (var log = AuditFile.open(directory, Clock.systemUTC())) {
            assertThatThrownBy(() -> gate(log).require(user(1000), Operation.CONTAINER_LIST, Target.none()))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("no role is bound to unix:1000")
                    .hasMessageContaining("run the command as root");
        }

        assertThat(calls()).singleElement().asString().contains("\"refused\"", "\"NO_BINDING\"");
    }

    @Test
    void theRecordIsForItsOwnerOnly() throws IOException {
        AuditFile.open(directory.resolve("a"), Clock.systemUTC()).close();

        assertThat(Files.getPosixFilePermissions(directory.resolve("a"))).hasSize(3);
        assertThat(Files.getPosixFilePermissions(directory.resolve("a/audit.log")))
                .hasSize(2);
    }

    @Test
    void theChainGoesOnAfterARestart() throws IOException {
        for (int start = 0; start < 3; start++) {
            try (var log = AuditFile.open(directory, Clock.systemUTC())) {
                append(log);
            }
        }

        assertThat(calls()).hasSize(3);
        assertThat(verify(directory).problem()).isEmpty();
    }

    @Test
    void aChangedLineIsNamed() throws IOException {
        try (var log = AuditFile.open(directory, Clock.systemUTC())) {
            append(log);
            append(log);
        }
        Path file = directory.resolve("audit.log");
        Files.writeString(file, Files.readString(file).replaceFirst("unix:0", "unix:1"));

        assertThatThrownBy(() -> AuditFile.open(directory, Clock.systemUTC()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("record 4: it does not follow the line before it");
    }

    @Test
    void aTornLastLineIsSetAsideAndToldOf() throws IOException {
        try (var log = AuditFile.open(directory, Clock.systemUTC())) {
            append(log);
        }
        Files.writeString(directory.resolve("audit.log"), "{\"seq\":5,", StandardOpenOption.APPEND);

        try (var log = AuditFile.open(directory, Clock.systemUTC())) {
            append(log);
        }

        assertThat(calls()).hasSize(2);
        assertThat(lines())
                .filteredOn(line -> line.contains("\"torn_bytes_before\":9"))
                .hasSize(1);
        try (var files = Files.list(directory)) {
            assertThat(files.filter(file -> file.toString().contains(".torn-"))).hasSize(1);
        }
    }

    @Test
    void callsAtTheSameTimeEachGetTheirLine() throws Exception {
        try (var log = AuditFile.open(directory, Clock.systemUTC());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 500).forEach(_ -> {
                var _ = threads.submit(() -> append(log));
            });
        }

        assertThat(calls()).hasSize(500);
        assertThat(verify(directory).problem()).isEmpty();
    }

    @Test
    void onAFullDiskNothingHappensAndNothingHalfStays() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting a small tmpfs needs root");
        Path small = Files.createDirectory(directory.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", small.toString());
        try (var log = AuditFile.open(small, Clock.systemUTC())) {
            append(log, Operation.CONTAINER_REMOVE);
            Files.write(small.resolve("filler"), new byte[4096]);

            assertThatThrownBy(() -> IntStream.range(0, 1000).forEach(_ -> append(log, Operation.CONTAINER_REMOVE)))
                    .isInstanceOf(AuditException.class)
                    .hasMessage("audit record cannot be written, so nothing was done");
            Files.delete(small.resolve("filler"));
            append(log, Operation.CONTAINER_REMOVE);
            assertThat(verify(small).problem()).isEmpty();
            assertThat(Files.readString(small.resolve("audit.log"))).endsWith("}\n");
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void theLastOfTheRoomSetAsideIsForMakingRoom() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting a small tmpfs needs root");
        Path small = Files.createDirectory(directory.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small.toString());
        try (var log = AuditFile.open(small, Clock.systemUTC())) {
            append(log, Operation.CONTAINER_LIST);
            assertThatThrownBy(() -> Files.write(small.resolve("filler"), new byte[4 << 20]))
                    .isInstanceOf(IOException.class);

            assertThatThrownBy(() -> IntStream.range(0, 5000).forEach(_ -> append(log, Operation.CONTAINER_LIST)))
                    .isInstanceOf(AuditException.class)
                    .hasMessageContaining("no space left on the file system of " + small);
            IntStream.range(0, 500).forEach(_ -> append(log, Operation.CONTAINER_REMOVE));
            Files.delete(small.resolve("filler"));
            append(log, Operation.CONTAINER_LIST);
            assertThat(verify(small).last()).isGreaterThan(502);
            assertThat(verify(small).problem()).isEmpty();
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void howItEndedIsALineThatNamesTheFirst() throws IOException {
        try (var log = AuditFile.open(directory, Clock.systemUTC())) {
            Asked asked = gate(log).ask(ROOT, Operation.CONTAINER_START, Target.object("web"), Set.of());
            asked.ended(OptionalInt.of(409), Optional.of("conflict"));
        }

        var call = JsonMapper.shared().readTree(calls().getFirst());
        var outcome = JsonMapper.shared()
                .readTree(lines().stream()
                        .filter(line -> line.contains("\"kind\":\"outcome\""))
                        .findFirst()
                        .orElseThrow());
        assertThat(outcome.path("of").asLong()).isEqualTo(call.path("seq").asLong());
        assertThat(outcome.path("outcome").asString()).isEqualTo("failed");
        assertThat(outcome.path("status").asInt()).isEqualTo(409);
        assertThat(outcome.path("error").asString()).isEqualTo("conflict");
        assertThat(outcome.path("duration_ms").asDouble()).isPositive();
    }

    @Test
    void theProgramAndTheGroupsOfTheCallerAreNamed() throws IOException {
        var self = new Caller.UnixUser(
                0, 0, List.of(4L, 20L), OptionalInt.of(42), OptionalLong.of(1000), Optional.of("/usr/bin/java"));
        try (var log = AuditFile.open(directory, Clock.systemUTC())) {
            var _ = gate(log).require(self, Operation.CONTAINER_LIST, Target.none());
        }

        var record = JsonMapper.shared().readTree(calls().getFirst());
        assertThat(record.path("exe").asString()).isEqualTo("/usr/bin/java");
        assertThat(record.path("groups").toString()).isEqualTo("[4,20]");
        assertThat(record.path("pid").asInt()).isEqualTo(42);
        assertThat(record.path("login_uid").asLong()).isEqualTo(1000);
    }

    @Test
    void anInterruptedCallerDoesNotCloseTheRecordForOthers() throws Exception {
        try (var log = AuditFile.open(directory, Clock.systemUTC())) {
            Thread interrupted = Thread.ofVirtual().start(() -> {
                Thread.currentThread().interrupt();
                append(log);
            });
            interrupted.join();

            append(log);
        }

        assertThat(calls()).hasSize(2);
    }

    @Test
    void aSecondWriterOfTheSameRecordIsRefused() {
        try (var _ = AuditFile.open(directory, Clock.systemUTC())) {
            assertThatThrownBy(() -> AuditFile.open(directory, Clock.systemUTC()))
                    .isInstanceOf(AuditException.class)
                    .hasMessageContaining("another process writes it");
        }
    }

    @Test
    void whatIsAskedOfAClosedRecordIsRefused() {
        var log = AuditFile.open(directory, Clock.systemUTC());
        log.close();

        assertThatThrownBy(() -> append(log)).isInstanceOf(AuditException.class).hasMessageContaining("closed");
    }

    private static void append(AuditLog log) {
        append(log, Operation.CONTAINER_LIST);
    }

    private static void append(AuditLog log, Operation operation) {
        var _ = gate(log).require(ROOT, operation, Target.none());
    }

    private static Gate gate(AuditLog log) {
        return new Gate(new Authorizer(), log);
    }

    private static Caller user(long uid) {
        return new Caller.UnixUser(uid, uid, List.of(), OptionalInt.of(42), OptionalLong.empty());
    }

    private List<String> calls() throws IOException {
        return lines().stream()
                .filter(line -> line.contains("\"kind\":\"call\""))
                .toList();
    }

    private static Verdict verify(Path record) {
        return new AuditReader(record).verify(List.of(), Optional.empty());
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(directory.resolve("audit.log"));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
