package io.bulkhead.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.chain.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RotationTest {

    private static final long SMALL = 64 << 10;

    @TempDir
    Path directory;

    private static AuditSettings keeping(OptionalInt files, OptionalLong bytes) {
        return new AuditSettings(
                AuditSettings.Sync.INTERVAL,
                new AuditSettings.Rotation(SMALL, Optional.empty()),
                new AuditSettings.Retention(files, Optional.empty(), bytes),
                new AuditSettings.Checkpoints(50, Duration.ofHours(1)));
    }

    private static final AuditSettings ALL = keeping(OptionalInt.empty(), OptionalLong.empty());

    private void write(AuditSettings settings, int from, int count) {
        try (var file = AuditFile.open(directory, settings, Clock.systemUTC())) {
            append(file, from, count);
        }
    }

    private static void append(AuditFile file, int from, int count) {
        for (int i = from; i < from + count; i++) {
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

    private Verdict verify() {
        return new AuditReader(directory).verify(List.of(), Optional.empty());
    }

    private List<Path> older() throws IOException {
        return new RecordFiles(directory)
                .older().stream().map(RecordFiles.Older::file).toList();
    }

    @Test
    void theChainGoesOnFromFileToFile() throws IOException {
        write(ALL, 0, 1000);
        write(ALL, 1000, 1000);

        assertThat(older()).hasSizeGreaterThan(5);
        assertThat(verify().problem()).isEmpty();
        assertThat(verify().last()).isGreaterThan(2000);
        for (Path file : older()) {
            assertThat(Files.readAllLines(file).getFirst()).contains("\"kind\":\"begin\"", "\"public_key\":");
            assertThat(Files.readAllLines(file).getLast()).contains("\"kind\":\"checkpoint\"");
            assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        }
    }

    @Test
    void theTailReachesIntoOlderFiles() {
        write(ALL, 0, 1000);

        List<String> things = new AuditReader(directory)
                .tail(2000).stream().filter(line -> line.contains("thing-")).toList();

        assertThat(things).hasSize(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(things.get(i)).contains("\"thing-" + i + "\"");
        }
    }

    @Test
    void aFollowerMissesNothingAcrossFiles() throws Exception {
        var seen = new ArrayList<String>();
        try (var file = AuditFile.open(directory, ALL, Clock.systemUTC())) {
            append(file, 0, 1);
            try (Following following = new AuditReader(directory).follow(0)) {
                Thread follower = Thread.ofVirtual().start(() -> {
                    for (Optional<String> line = following.next(); line.isPresent(); line = following.next()) {
                        if (line.get().contains("thing-")) {
                            seen.add(line.get());
                        }
                        if (line.get().contains("thing-2999\"")) {
                            return;
                        }
                    }
                });
                append(file, 1, 2999);
                follower.join();
            }
        }

        assertThat(seen).hasSize(2999);
        for (int i = 1; i < 3000; i++) {
            assertThat(seen.get(i - 1)).contains("\"thing-" + i + "\"");
        }
    }

    @Test
    void readingBeginsAtANumber() {
        write(ALL, 0, 1000);
        for (long seq : new long[] {1, 2, 137, 500, 999}) {
            try (Following following = new AuditReader(directory).from(seq)) {
                assertThat(following.poll().orElseThrow()).startsWith("{\"seq\":" + seq + ",");
            }
        }
    }

    @Test
    void whatIsRemovedAsTooMuchIsOnTheRecordAndTheRestIsWhole() throws IOException {
        write(keeping(OptionalInt.of(2), OptionalLong.empty()), 0, 3000);

        assertThat(older()).hasSize(2);
        assertThat(verify().problem()).isEmpty();
        assertThat(verify().first()).isGreaterThan(1000);
    }

    @Test
    void filesGoByTheirSizeTogether() throws IOException {
        write(keeping(OptionalInt.empty(), OptionalLong.of(3 * SMALL)), 0, 3000);

        assertThat(older()).hasSizeBetween(1, 3);
        assertThat(verify().problem()).isEmpty();
    }

    @Test
    void aRemovedFileIsMissed() throws IOException {
        write(ALL, 0, 2000);
        Files.delete(older().getFirst());
        assertThat(verify().problem().orElseThrow().text())
                .startsWith("records 1 to ")
                .contains("no record says that they were removed");

        Files.delete(older().get(1));
        assertThat(verify().problem().orElseThrow().text()).contains("are missing");
    }

    @Test
    void aStartWithoutTheNewestOlderFileIsRefused() throws IOException {
        write(ALL, 0, 2000);
        Files.delete(older().getLast());

        assertThatThrownBy(() -> AuditFile.open(directory, Clock.systemUTC())).isInstanceOf(AuditException.class);
    }

    /// Between the two steps of a rotation: the file has its new name, the new file is not there, or is empty, or holds
    /// half a line.
    @Test
    void aProcessThatEndedInTheMiddleOfARotationGoesOn() throws IOException {
        write(ALL, 0, 100);
        var files = new RecordFiles(directory);

        Files.move(files.current(), files.olderName(1));
        write(ALL, 100, 10);
        assertThat(verify().problem()).isEmpty();
        long second = Long.parseLong(
                Files.readAllLines(files.current()).getFirst().replaceAll("^.\"seq\":([0-9]+),.*", "$1"));

        Files.move(files.current(), files.olderName(second));
        Files.createFile(files.current());
        write(ALL, 110, 10);
        assertThat(verify().problem()).isEmpty();
        long third = Long.parseLong(
                Files.readAllLines(files.current()).getFirst().replaceAll("^.\"seq\":([0-9]+),.*", "$1"));

        Files.move(files.current(), files.olderName(third));
        Files.writeString(files.current(), "{\"seq\":");
        write(ALL, 120, 10);
        assertThat(verify().problem()).isEmpty();
        assertThat(Files.readString(files.current())).contains("\"torn_bytes_before\":7");
    }

    @Test
    void onAFullDiskNoNewFileIsBegunAndWhatMakesRoomIsRecorded() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting a small tmpfs needs root");
        Path small = Files.createDirectory(directory.resolve("small"));
        assertThat(new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small.toString())
                        .start()
                        .waitFor())
                .isZero();
        try (var file = AuditFile.open(small, ALL, Clock.systemUTC())) {
            remove(file, 1);
            assertThatThrownBy(() -> Files.write(small.resolve("filler"), new byte[4 << 20]))
                    .isInstanceOf(IOException.class);

            remove(file, 500);
            assertThat(new RecordFiles(small).older()).isEmpty();
            Files.delete(small.resolve("filler"));
            remove(file, 500);

            assertThat(new RecordFiles(small).older()).isNotEmpty();
            assertThat(new AuditReader(small)
                            .verify(List.of(), Optional.empty())
                            .problem())
                    .isEmpty();
        } finally {
            assertThat(new ProcessBuilder("umount", small.toString()).start().waitFor())
                    .isZero();
        }
    }

    private static void remove(AuditFile file, int count) {
        for (int i = 0; i < count; i++) {
            var _ = new Gate(new Authorizer(), file)
                    .require(new Caller.Engine("test"), Operation.VOLUME_REMOVE, Target.object("v" + i));
        }
    }
}
