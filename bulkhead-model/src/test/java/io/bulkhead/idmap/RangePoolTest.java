package io.bulkhead.idmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RangePoolTest {

    @Property(tries = 200)
    void noTwoRangesHandedOutEverOverlap(@ForAll long seed) {
        var random = new Random(seed);
        var pool = new RangePool(new IdRange(100_000, 1_000_000));
        List<IdRange> held = new ArrayList<>();

        for (int step = 0; step < 100; step++) {
            if (random.nextInt(3) == 0 && !held.isEmpty()) {
                pool.release(held.remove(random.nextInt(held.size())));
            } else {
                pool.allocate(1 + random.nextInt(65_536)).ifPresent(range -> {
                    assertThat(held).noneMatch(range::overlaps);
                    held.add(range);
                });
            }
        }
    }

    @Property(tries = 200)
    void whatIsHandedOutIsNeitherForeignNorNamedNorHandedOutAlready(@ForAll long seed) {
        var random = new Random(seed);
        var pool = new RangePool(new IdRange(0, 10_000));
        List<IdRange> given = new ArrayList<>();
        List<IdRange> foreign = new ArrayList<>();
        List<IdRange> named = new ArrayList<>();

        for (int step = 0; step < 200; step++) {
            var some = new IdRange(random.nextInt(9_900), 1 + random.nextInt(100));
            switch (random.nextInt(6)) {
                case 0 -> {
                    if (!given.isEmpty()) {
                        pool.release(given.remove(random.nextInt(given.size())));
                    }
                }
                case 1 -> {
                    if (foreign.size() < 10) {
                        pool.exclude(some);
                        foreign.add(some);
                    }
                }
                case 2 -> {
                    assertThat(pool.hold(some)).isEqualTo(given.stream().noneMatch(some::overlaps));
                    if (given.stream().noneMatch(some::overlaps)) {
                        named.add(some);
                    }
                }
                case 3 -> {
                    if (!named.isEmpty()) {
                        pool.letGo(named.remove(random.nextInt(named.size())));
                    }
                }
                default ->
                    pool.allocate(1 + random.nextInt(200)).ifPresent(range -> {
                        assertThat(given).noneMatch(range::overlaps);
                        assertThat(foreign).noneMatch(range::overlaps);
                        assertThat(named).noneMatch(range::overlaps);
                        given.add(range);
                    });
            }
        }
    }

    @Test
    void manyAtOnceNeverGetTheSameIds() {
        var pool = new RangePool(new IdRange(1_000_000_000, 1_000_000_000));
        var given = new java.util.concurrent.ConcurrentLinkedQueue<IdRange>();

        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 5_000; i++) {
                threads.execute(() -> given.add(pool.allocate(65_536).orElseThrow()));
            }
        }

        List<IdRange> sorted = given.stream()
                .sorted(java.util.Comparator.comparingLong(IdRange::first))
                .toList();
        assertThat(sorted).hasSize(5_000);
        for (int i = 1; i < sorted.size(); i++) {
            assertThat(sorted.get(i).first()).isGreaterThan(sorted.get(i - 1).last());
        }
    }

    @Test
    void idsThatAreNamedTwiceAreHeldUntilBothLetGo() {
        var pool = new RangePool(new IdRange(0, 10));
        pool.hold(new IdRange(0, 10));
        pool.hold(new IdRange(0, 10));

        pool.letGo(new IdRange(0, 10));
        assertThat(pool.allocate(1)).isEmpty();
        pool.letGo(new IdRange(0, 10));

        assertThat(pool.allocate(1)).isPresent();
        assertThatThrownBy(() -> pool.letGo(new IdRange(0, 10))).hasMessage("range 0+10 is not held");
    }

    @Test
    void anExhaustedPoolHandsOutNothing() {
        var pool = new RangePool(new IdRange(100_000, 65_536));

        assertThat(pool.allocate(65_536)).contains(new IdRange(100_000, 65_536));
        assertThat(pool.allocate(1)).isEmpty();
    }

    @Test
    void aFreedRangeIsUsedAgainLast() {
        var pool = new RangePool(new IdRange(0, 30));
        IdRange first = pool.allocate(10).orElseThrow();

        pool.release(first);

        assertThat(pool.allocate(10)).contains(new IdRange(10, 10));
        assertThat(pool.allocate(10)).contains(new IdRange(20, 10));
        assertThat(pool.allocate(10)).contains(first);
    }

    @Test
    void excludedRangesMayOverlapAndAreNeverHandedOut() {
        var pool = new RangePool(new IdRange(0, 100));

        pool.exclude(new IdRange(10, 50));
        pool.exclude(new IdRange(30, 40));

        assertThat(pool.allocate(30)).contains(new IdRange(70, 30));
    }

    @Test
    void givingBackWhatIsNotTakenIsAMistake() {
        var pool = new RangePool(new IdRange(0, 100));
        pool.allocate(10);

        assertThatThrownBy(() -> pool.release(new IdRange(0, 5))).hasMessage("range 0+5 is not taken");
    }

    @Test
    void subidLinesThatAreNotOnesAreRefusedByNumber() {
        assertThat(SubidTable.parse("# c\n\nalice:100000:65536\n").entries())
                .containsExactly(new SubidTable.Entry("alice", new IdRange(100_000, 65_536)));
        assertThatThrownBy(() -> SubidTable.parse("a:1:2\nb:1"))
                .hasMessageStartingWith("line 2 is not `owner:first:count`");
    }

    @Test
    void aRangeIsCoveredOnlyByOneThatHoldsAllOfIt() {
        var pool = new RangePool(new IdRange(1000, 1000));
        pool.exclude(new IdRange(1100, 100));

        assertThat(pool.covers(new IdRange(1150, 50))).isTrue();
        assertThat(pool.covers(new IdRange(1150, 51))).isFalse();
        assertThat(pool.covers(new IdRange(1099, 2))).isFalse();
    }
}
