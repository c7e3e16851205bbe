package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.access.Target;
import io.bulkhead.container.Events.Event;
import io.bulkhead.container.Events.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecentEventsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final RecentEvents events = new RecentEvents();

    private static Event event(int number) {
        return new Event(
                START.plusSeconds(number), "container", "start", Integer.toString(number), Map.of(), Target.none());
    }

    private static List<String> read(Subscription subscription, int count) {
        var ids = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            ids.add(subscription.next().orElseThrow().id());
        }
        return ids;
    }

    @Test
    void aReaderWithoutSinceHearsNewEventsOnly() {
        events.publish(event(1));
        var reader = events.subscribe(Optional.empty(), Optional.empty());
        events.publish(event(2));
        events.publish(event(3));

        assertThat(read(reader, 2)).containsExactly("2", "3");
    }

    @Test
    void sinceReplaysInOrderAndGoesOn() {
        IntStream.range(0, 5).forEach(i -> events.publish(event(i)));
        var reader = events.subscribe(Optional.of(START.plusSeconds(3)), Optional.empty());
        events.publish(event(5));

        assertThat(read(reader, 3)).containsExactly("3", "4", "5");
    }

    @Test
    void onlyTheLastThousandAreKept() {
        IntStream.range(0, RecentEvents.KEPT + 10).forEach(i -> events.publish(event(i)));

        try (var reader = events.subscribe(Optional.of(Instant.EPOCH), Optional.of(Instant.now()))) {
            assertThat(read(reader, RecentEvents.KEPT)).first().isEqualTo("10");
            assertThat(reader.next()).isEmpty();
        }
    }

    @Test
    void untilEndsWhatIsPastAndWhatWaits() {
        events.publish(event(1));
        events.publish(event(9));
        var past = events.subscribe(Optional.of(START), Optional.of(START.plusSeconds(5)));
        var soon = events.subscribe(Optional.empty(), Optional.of(Instant.now().plusMillis(50)));

        assertThat(read(past, 1)).containsExactly("1");
        assertThat(past.next()).isEmpty();
        assertThat(soon.next()).isEmpty();
    }

    @Test
    void closingWakesAReaderThatWaits() throws Exception {
        var reader = events.subscribe(Optional.empty(), Optional.empty());
        var next = CompletableFuture.supplyAsync(
                reader::next, task -> Thread.ofVirtual().start(task));
        Thread.sleep(Duration.ofMillis(20));

        reader.close();

        assertThat(next.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(events.listening()).isZero();
    }

    @Test
    void aReaderThatIsTooSlowLosesItsSubscriptionAndHearsSo() {
        var slow = events.subscribe(Optional.empty(), Optional.empty());
        var other = events.subscribe(Optional.empty(), Optional.empty());

        for (int i = 0; i < RecentEvents.QUEUE + 5; i++) {
            events.publish(event(i));
            assertThat(other.next()).isPresent();
        }

        assertThat(events.listening()).isEqualTo(1);
        assertThat(read(slow, RecentEvents.QUEUE)).last().isEqualTo(Integer.toString(RecentEvents.QUEUE - 1));
        assertThatThrownBy(slow::next).isInstanceOf(EngineException.class).hasMessageContaining("lost events");
    }

    @Test
    void manyPublishersAreHeardCompletely() throws Exception {
        var reader = events.subscribe(Optional.empty(), Optional.empty());
        var threads = IntStream.range(0, 8)
                .mapToObj(t -> Thread.ofVirtual()
                        .start(() -> IntStream.range(0, 100).forEach(i -> events.publish(event(t * 100 + i)))))
                .toList();

        List<String> ids = read(reader, 800);

        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ids).doesNotHaveDuplicates();
    }
}
