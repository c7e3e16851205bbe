package io.bulkhead.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.chain.Verdict;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of a writer at any moment: also in the middle of a checkpoint, a new file and the removal of old ones.
@Timeout(180)
class KillTest {

    private static final int ROUNDS = 6;

    @TempDir
    Path directory;

    @Test
    void whatACallerWasToldIsOnTheRecordAndTheChainIsWhole() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        long told = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var sync = round % 4 == 3 ? AuditSettings.Sync.ALWAYS : AuditSettings.Sync.INTERVAL;
            List<String> acknowledged = killed(sync, round, 50 + random.nextInt(400));
            told += acknowledged.size();

            var reader = new AuditReader(directory);
            // A start may set half a line aside, which only power cuts leave.
            AuditFile.open(directory, Clock.systemUTC()).close();
            Verdict verdict = reader.verify(List.of(), Optional.empty());
            assertThat(verdict.problem()).as("round %d, seed %d", round, seed).isEmpty();
            assertThat(missing(acknowledged))
                    .as("round %d, seed %d", round, seed)
                    .isEmpty();
            append(round);
        }
        assertThat(told).isGreaterThan(300);
        assertThat(new RecordFiles(directory).older()).isNotEmpty();
    }

    private List<String> killed(AuditSettings.Sync sync, int round, int afterLines) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        directory.toString(),
                        sync.name(),
                        "r" + round)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var lines = new ArrayList<String>();
        try (BufferedReader reader = writer.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (lines.size() == afterLines) {
                    writer.toHandle().destroyForcibly();
                }
            }
        }
        writer.waitFor();
        return lines;
    }

    /// The names are in the last files: older ones may be gone by the rule.
    private Set<String> missing(List<String> acknowledged) throws Exception {
        var missing = new HashSet<>(acknowledged);
        for (Path file : new RecordFiles(directory).all()) {
            for (String line : Files.readAllLines(file)) {
                int at = line.indexOf("\"object\":\"");
                if (at > 0) {
                    missing.remove(line.substring(at + 10, line.indexOf('"', at + 10)));
                }
            }
        }
        return missing;
    }

    private void append(int round) {
        try (var file = AuditFile.open(directory, Clock.systemUTC())) {
            var _ = new Gate(new Authorizer(), file)
                    .require(new Caller.Engine("test"), Operation.IMAGE_LIST, Target.object("between-" + round));
        }
    }
}
