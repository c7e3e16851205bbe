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
