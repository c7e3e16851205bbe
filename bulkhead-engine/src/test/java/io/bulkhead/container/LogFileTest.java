package io.bulkhead.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.container.Containers.LogEntry;
import io.bulkhead.container.Containers.LogReader;
import io.bulkhead.container.Containers.LogRequest;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogFileTest {

    private static final String TIME = "2026-11-24T14:41:%02d.123456789+00:00";

    @TempDir
    Path temp;

    private final AtomicBoolean running = new AtomicBoolean();

    private Path log() {
        return temp.resolve("log");
    }

    private static String out(int second, String text) {
        return TIME.formatted(second) + " stdout F " + text + "\n";
    }

    private static String part(int second, String stream, String text) {
        return TIME.formatted(second) + " " + stream + " P " + text + "\n";
    }

    private static String err(int second, String text) {
        return TIME.formatted(second) + " stderr F " + text + "\n";
    }

    private void write(String... lines) throws IOException {
        Files.writeString(log(), String.join("", lines), UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static LogRequest all(int tail, boolean follow) {
        return new LogRequest(true, true, follow, Optional.empty(), Optional.empty(), tail);
    }

    private LogFile open(LogRequest request) {
        return LogFile.open(log(), request, running::get, Clock.systemUTC());
    }

    private List<String> texts(LogRequest request) {
        try (LogFile file = open(request)) {
            return texts(file);
        }
    }

    private static List<String> texts(LogReader reader) {
        var texts = new ArrayList<String>();
        for (Optional<LogEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            texts.add(new String(entry.get().bytes(), UTF_8));
        }
        return texts;
    }

    @Test
    void entriesKeepTimeStreamAndTheirOwnNewline() throws IOException {
        write("2026-11-24T16:41:38.000000001+02:00 stderr P half\n", out(39, ""));

        try (LogFile file = open(all(-1, false))) {
            LogEntry half = file.next().orElseThrow();
            assertThat(half.time()).isEqualTo(Instant.parse("2026-11-24T14:41:38.000000001Z"));
            assertThat(half.stream()).isEqualTo(Containers.Stream.STDERR);
            assertThat(new String(half.bytes(), UTF_8)).isEqualTo("half");
            assertThat(new String(file.next().orElseThrow().bytes(), UTF_8)).isEqualTo("\n");
            assertThat(file.next()).isEmpty();
        }
    }

    @Test
    void theLastLinesAreThoseAReaderSees() throws IOException {
        write(out(1, "one"), part(2, "stdout", "tw"), err(3, "error"), part(4, "stdout", "o"), out(5, ""));
        write(part(6, "stdout", "unfinished"));

        assertThat(texts(all(0, false))).isEmpty();
        assertThat(texts(all(1, false))).containsExactly("unfinished");
        assertThat(texts(all(2, false))).containsExactly("o", "\n", "unfinished");
        assertThat(texts(all(4, false))).hasSize(6);
        assertThat(texts(all(99, false))).hasSize(6);
    }

    @Test
    void oneStreamAndATimeSpanAreChosen() throws IOException {
        write(out(1, "one"), err(2, "two"), out(3, "three"), out(4, "four"));
        Optional<Instant> since = Optional.of(Instant.parse("2026-11-24T14:41:02Z"));
        Optional<Instant> until = Optional.of(Instant.parse("2026-11-24T14:41:04Z"));

        assertThat(texts(new LogRequest(true, false, false, since, until, -1))).containsExactly("three\n");
        assertThat(texts(new LogRequest(false, true, false, Optional.empty(), Optional.empty(), 1)))
                .containsExactly("two\n");
    }

    @Test
    void damageAndHostileTextDisturbNoOtherLine() throws IOException {
        String forged = out(9, "forged").strip();
        write(out(1, "a\0b\r"), "garbage\n", "\n", out(2, forged), "x".repeat(400_000) + "\n", out(3, "after"));
        write(TIME.formatted(99) + " stdout F no such second\n", TIME.formatted(4) + " stdout F torn");

        assertThat(texts(all(-1, false))).containsExactly("a\0b\r\n", forged + "\n", "after\n", "torn");
    }

    @Test
    void aLogThatNeverWasIsEmpty() {
        assertThat(texts(all(-1, false))).isEmpty();
        assertThat(texts(all(5, true))).isEmpty();
    }

    @Test
    void followingReadsOnThroughReplacementsAndEndsWithTheContainer() throws Exception {
        running.set(true);
        write(out(1, "before"));
        LogFile file = open(all(-1, true));
        var read = CompletableFuture.supplyAsync(() -> texts(file), runnable -> Thread.startVirtualThread(runnable));
        Thread.sleep(50);
        write(out(2, "old"));
        Path next = Files.writeString(temp.resolve("log.tmp"), out(3, "new"));
        write(out(4, "last of the old"));
        Files.move(next, log(), StandardCopyOption.ATOMIC_MOVE);
        Thread.sleep(50);
        write(out(5, "newer"));
        write(out(6, "end"));

        running.set(false);
        file.wake();

        assertThat(read.get(5, TimeUnit.SECONDS))
                .containsExactly("before\n", "old\n", "last of the old\n", "new\n", "newer\n", "end\n");
        file.close();
    }

    @Test
    void closingEndsAWait() throws Exception {
        running.set(true);
        write(out(1, "one"));
        LogFile file = open(all(0, true));
        var read = CompletableFuture.supplyAsync(file::next, runnable -> Thread.startVirtualThread(runnable));
        Thread.sleep(50);

        file.close();

        assertThat(read.get(5, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void aMillionLinesAreReadAndTheirLastFoundWithoutReadingThem() throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(log(), UTF_8)) {
            for (int i = 0; i < 1_000_000; i++) {
                writer.write(out(i % 60, "line " + i));
            }
        }

        long start = System.nanoTime();
        int count = 0;
        try (LogFile file = open(all(-1, false))) {
            while (file.next().isPresent()) {
                count++;
            }
        }
        long read = System.nanoTime();
        List<String> last = texts(all(3, false));
        long tail = System.nanoTime();

        assertThat(count).isEqualTo(1_000_000);
        assertThat(last).containsExactly("line 999997\n", "line 999998\n", "line 999999\n");
        System.out.printf(
                "1,000,000 lines in %d ms, last 3 in %d ms%n", (read - start) / 1_000_000, (tail - read) / 1_000_000);
    }
}
