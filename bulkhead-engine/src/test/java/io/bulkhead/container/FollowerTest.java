package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.container.Containers.LogEntry;
import io.bulkhead.container.Containers.LogRequest;
import io.bulkhead.container.Progress.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FollowerTest {

    private static final LogRequest FOLLOWING =
            new LogRequest(true, true, true, Optional.empty(), Optional.empty(), -1);

    @TempDir
    Path temp;

    private Life life;

    @BeforeEach
    void aContainerThatWroteOneLine() throws IOException {
        var store = ContainerStore.open(temp.resolve("containers"));
        var definition =
                new Definition(Specs.plain('a', "web"), Instant.EPOCH, Optional.empty(), Optional.empty(), List.of());
        store.create(Specs.id('a'), definition, Progress.created());
        life = new Life(Specs.id('a'), store, temp.resolve("run"), definition, Progress.created());
        Files.writeString(life.log(), "2026-11-24T14:41:00.123456789+00:00 stdout F line\n");
    }

    /// Its processes are none that there are.
    private static Optional<Run> run() {
        return Optional.of(Run.of(new Processes("boot", 1, 0, 1, 0)));
    }

    private Follower follow() {
        return Follower.open(life, FOLLOWING, Clock.systemUTC());
    }

    private static Optional<LogEntry> within(CompletableFuture<Optional<LogEntry>> next) throws Exception {
        return next.get(20, TimeUnit.SECONDS);
    }

    /// Unwoken it would look again half a second after it began to wait.
    @Test
    void theEndOfTheRunEndsFollowingAtOnce() throws Exception {
        var shortest = Duration.ofDays(1);
        for (int i = 0; i < 5; i++) {
            life.runs(run());
            try (Follower follower = follow()) {
                assertThat(follower.next()).isPresent();
                var next = CompletableFuture.supplyAsync(follower::next);
                Thread.sleep(50);
                assertThat(next).isNotDone();

                long begin = System.nanoTime();
                life.runs(Optional.empty());

                assertThat(within(next)).isEmpty();
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                shortest = took.compareTo(shortest) < 0 ? took : shortest;
            }
        }
        assertThat(shortest).isLessThan(Duration.ofMillis(250));
    }

    @Test
    void aLaterRunIsNotFollowed() {
        life.runs(run());

        try (Follower follower = follow()) {
            assertThat(follower.next()).isPresent();
            life.runs(Optional.empty());
            life.runs(run());

            assertThat(follower.next()).isEmpty();
        }
    }

    @Test
    void thatWhichDoesNotRunIsReadToItsEnd() {
        try (Follower follower = follow()) {
            assertThat(follower.next()).isPresent();
            assertThat(follower.next()).isEmpty();
        }
    }

    @Test
    void aClosedReaderIsForgotten() {
        life.runs(run());

        Follower follower = follow();
        assertThat(life.followers()).hasSize(1);
        follower.close();

        assertThat(life.followers()).isEmpty();
    }
}
