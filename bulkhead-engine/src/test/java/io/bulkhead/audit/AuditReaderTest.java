package io.bulkhead.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.chain.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AuditReaderTest {

    @TempDir
    Path directory;

    private AuditFile file;
    private AuditReader reader;

    @BeforeEach
    void open() {
        file = AuditFile.open(directory, Clock.systemUTC());
        reader = new AuditReader(directory);
    }

    @AfterEach
    void close() {
        file.close();
    }

    private void append(int from, int count) {
        for (int i = from; i < from + count; i++) {
            var caller = new Caller.Engine("test");
            var target = Target.object("thing-" + i);
            var decision = new Authorizer().decide(caller, Operation.IMAGE_LIST, target, Set.of());
            long _ = file.append(caller, Operation.IMAGE_LIST, target, Set.of(), decision);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 299, 300, 301, 1_000_000})
    void theTailIsTheLastRecordsOldestFirst(int count) {
        append(0, 300);

        var tail = reader.tail(count).stream()
                .filter(line -> line.contains("\"thing-"))
                .toList();

        assertThat(tail).hasSize(Math.min(count, 300));
        for (int i = 0; i < tail.size(); i++) {
            assertThat(tail.get(i))
                    .contains("\"thing-" + (300 - tail.size() + i) + "\"")
                    .endsWith("}");
        }
    }

    @Test
    void anEmptyRecordHasNoTail() {
        assertThat(reader.tail(10)).isEmpty();
    }

    @Test
    void aFollowerSeesWhatComes() throws Exception {
        append(0, 3);
        try (var following = reader.follow(1)) {
            assertThat(following.next().orElseThrow()).contains("thing-2");
            var next = CompletableFuture.supplyAsync(
                    following::next, task -> Thread.ofVirtual().start(task));

            append(3, 1);

            assertThat(next.get(10, TimeUnit.SECONDS).orElseThrow()).contains("thing-3");
        }
    }

    @Test
    void halfALineIsNotShownBeforeItIsWhole() throws IOException {
        append(0, 1);
        Path log = directory.resolve(RecordFiles.NAME);
        try (var following = reader.follow(0)) {
            Files.writeString(log, "{\"half\":", StandardOpenOption.APPEND);
            assertThat(following.poll()).isEmpty();

            Files.writeString(log, "1}\n", StandardOpenOption.APPEND);

            assertThat(following.poll()).contains("{\"half\":1}");
        }
    }

    @Test
    void closingEndsAFollowerThatWaits() throws Exception {
        var following = reader.follow(0);
        var next = CompletableFuture.supplyAsync(
                following::next, task -> Thread.ofVirtual().start(task));
        Thread.sleep(Duration.ofMillis(20));

        following.close();

        assertThat(next.get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void aWholeChainIsCountedAndHasAHead() {
        append(0, 5);

        var verdict = verify();

        assertThat(verdict.problem()).isEmpty();
        assertThat(verdict.last()).isEqualTo(7);
        assertThat(verdict.head()).matches("[0-9a-f]{64}");
    }

    @Test
    void aChangedLineIsNamed() throws IOException {
        append(0, 5);
        Path log = directory.resolve(RecordFiles.NAME);
        Files.writeString(log, Files.readString(log).replace("thing-2", "thing-9"));

        assertThat(verify().problem().orElseThrow().text()).contains("record 5 was changed");
    }

    private Verdict verify() {
        return reader.verify(List.of(), Optional.empty());
    }

    @Test
    void aRecordThatIsNotThereCannotBeRead() {
        var none = new AuditReader(directory.resolve("none"));

        assertThatThrownBy(() -> none.tail(1)).isInstanceOf(AuditException.class);
    }
}
