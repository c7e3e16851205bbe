package io.bulkhead.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.chain.Chain;
import io.bulkhead.chain.CheckpointKey;
import io.bulkhead.chain.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Somebody who can write the files, and does.
class AlteredRecordTest {

    private static final int EVERY = 10;

    @TempDir
    Path directory;

    private CheckpointKey key;
    private List<String> lines;

    @BeforeEach
    void record() throws IOException {
        var settings = new AuditSettings(
                AuditSettings.Sync.INTERVAL,
                AuditSettings.DEFAULTS.rotation(),
                new AuditSettings.Retention(OptionalInt.empty(), Optional.empty(), OptionalLong.empty()),
                new AuditSettings.Checkpoints(EVERY, Duration.ofHours(1)));
        try (var file = AuditFile.open(directory, settings, Clock.systemUTC())) {
            key = file.key();
            for (int i = 0; i < 40; i++) {
                var caller = new Caller.Engine("test");
                var target = Target.object("thing-" + i);
                long _ = file.append(
                        caller,
                        Operation.IMAGE_LIST,
                        target,
                        Set.of(),
                        new Authorizer().decide(caller, Operation.IMAGE_LIST, target, Set.of()));
            }
        }
        lines = new ArrayList<>(Files.readAllLines(log()));
    }

    private Path log() {
        return directory.resolve(RecordFiles.NAME);
    }

    private Verdict verify(CheckpointKey... trusted) throws IOException {
        Files.write(log(), lines);
        return new AuditReader(directory).verify(List.of(trusted), Optional.empty());
    }

    private static Verdict.Problem problem(Verdict verdict) {
        return verdict.problem().orElseThrow(() -> new AssertionError("nothing was found"));
    }

    @Test
    void whatNobodyTouchedIsWhole() throws IOException {
        Verdict verdict = verify(key);

        assertThat(verdict.problem()).isEmpty();
        assertThat(verdict.first()).isEqualTo(1);
        assertThat(verdict.last()).isEqualTo(lines.size());
        assertThat(verdict.signed()).as("the last record, written at the end").isEqualTo(lines.size());
        assertThat(verdict.key()).isEqualTo(key.id());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 17, 38})
    void aChangedRecordIsNamed(int number) throws IOException {
        lines.set(number - 1, lines.get(number - 1).replace("engine:test", "engine:evil"));

        assertThat(problem(verify()).record()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 17, 38})
    void aRemovedRecordIsNamed(int number) throws IOException {
        lines.remove(number - 1);

        var problem = problem(verify());
        assertThat(problem.record()).isEqualTo(number);
        assertThat(problem.text()).contains("is missing");
    }

    @Test
    void severalRemovedRecordsAreNamed() throws IOException {
        lines.subList(16, 21).clear();

        assertThat(problem(verify()).text()).contains("records 17 to 21 are missing");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 17, 38})
    void swappedRecordsAreNamed(int number) throws IOException {
        lines.add(number, lines.remove(number - 1));

        var problem = problem(verify());
        assertThat(problem.record()).isEqualTo(number);
        assertThat(problem.text()).contains("another order");
    }

    @Test
    void aRecordThatStandsTwiceIsNamed() throws IOException {
        lines.add(17, lines.get(16));

        var problem = problem(verify());
        assertThat(problem.record()).isEqualTo(17);
        assertThat(problem.text()).contains("stands again");
    }

    @Test
    void aRecordPutInIsFound() throws IOException {
        lines.add(17, lines.get(16).replace("thing-", "thang-"));

        assertThat(problem(verify()).record()).isEqualTo(17);
    }

    @Test
    void aChangedNumberIsFound() throws IOException {
        lines.set(16, lines.get(16).replace("\"seq\":17,", "\"seq\":99,"));

        var problem = problem(verify());
        assertThat(problem.record()).isEqualTo(17);
        assertThat(problem.text()).contains("its number is 99");
    }

    @Test
    void aChangedLinkIsFoundWhereItIs() throws IOException {
        lines.set(16, lines.get(16).replaceFirst("\"prev\":\"....", "\"prev\":\"0000"));

        assertThat(problem(verify()).record()).isEqualTo(17);
    }

    @Test
    void whatIsNoJsonIsNamed() throws IOException {
        lines.set(16, "#" + lines.get(16));

        assertThat(problem(verify()).text()).contains("record 17 is not JSON");
    }

    @Test
    void aCutOffEndShowsInANotedHeadOnly() throws IOException {
        String head = Chain.digest((lines.getLast() + "\n").getBytes(StandardCharsets.UTF_8));
        lines.subList(30, lines.size()).clear();

        assertThat(verify(key).problem()).isEmpty();
        assertThat(new AuditReader(directory)
                        .verify(List.of(key), Optional.of(head))
                        .problem())
                .get()
                .extracting(Verdict.Problem::text)
                .asString()
                .contains("noted as the last");
    }

    @Test
    void aStartAfterTheEndWasCutOffIsRefused() throws IOException {
        lines.subList(30, lines.size()).clear();
        Files.write(log(), lines);

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> AuditFile.open(directory, Clock.systemUTC()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("ends with record 30")
                .hasMessageContaining("cut off");
    }

    /// Without the key, the chain can be made anew from any record on, but no checkpoint in it.
    @ParameterizedTest
    @ValueSource(ints = {3, 17, 36})
    void aRecordWrittenAnewFromSomewhereDoesNotHaveItsCheckpoints(int from) throws IOException {
        lines.set(from - 1, lines.get(from - 1).replace("engine:test", "engine:evil"));
        relink(from);

        assertThat(problem(verify(key)).text()).contains("checkpoint whose signature is not by key " + key.id());
        assertThat(problem(verify()).text()).contains("checkpoint whose signature is not by key " + key.id());
    }

    @Test
    void checkpointsThatWereTakenOutAreMissed() throws IOException {
        int from = 17;
        lines.set(from - 1, lines.get(from - 1).replace("engine:test", "engine:evil"));
        var kept = new ArrayList<>(lines.subList(0, from));
        lines.subList(from, lines.size()).stream()
                .filter(line -> !line.contains("\"kind\":\"checkpoint\""))
                .forEach(kept::add);
        lines = kept;
        relink(from);

        assertThat(problem(verify(key)).text()).contains("no checkpoint stands between record");
    }

    @Test
    void aRecordSignedWithAnotherKeyIsNotOurs(@TempDir Path other) throws IOException {
        CheckpointKey foreign;
        try (var file = AuditFile.open(other, Clock.systemUTC())) {
            foreign = file.key();
        }

        assertThat(problem(verify(foreign)).text()).contains("not the one given");
    }

    @Test
    void aTrustedKeyWithoutAnyCheckpointIsNotEnough() throws IOException {
        lines = new ArrayList<>(List.of(lines.getFirst()));

        assertThat(problem(verify(key)).text()).contains("no record is signed");
    }

    /// Seeds of failures are in the message.
    @Test
    void noSingleByteCanBeChanged() throws IOException {
        byte[] whole = Files.readAllBytes(log());
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            // The last record is named by none; it is signed by none either, being the signature.
            int at = random.nextInt(whole.length - lines.getLast().length() - 1);
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << random.nextInt(7));
            Files.write(log(), changed);

            assertThat(new AuditReader(directory)
                            .verify(List.of(key), Optional.empty())
                            .problem())
                    .as("byte %d, seed %d", at, seed)
                    .isPresent();
        }
    }

    private void relink(int from) {
        for (int i = from - 1; i < lines.size(); i++) {
            var record = (ObjectNode) JsonMapper.shared().readTree(lines.get(i));
            record.put("seq", i + 1);
            record.put("prev", Chain.digest((lines.get(i - 1) + "\n").getBytes(StandardCharsets.UTF_8)));
            lines.set(i, record.toString());
        }
    }
}
