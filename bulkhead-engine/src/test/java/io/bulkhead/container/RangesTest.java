package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.idmap.IdRange;
import org.junit.jupiter.api.Test;

class RangesTest {

    /// Room for exactly one container.
    private final Ranges ranges = Ranges.open(new IdRange(3_000_000_000L, 65_536));

    @Test
    void idsThatTwoContainersShareAreFreeWithTheLastOfThem() {
        IdRange range = ranges.allocate(65_536);
        assertThat(ranges.share(range)).isTrue();

        ranges.release(range);
        assertThatThrownBy(() -> ranges.allocate(65_536)).hasMessageStartingWith("no 65536 ids are left");
        ranges.release(range);

        assertThat(ranges.allocate(65_536)).isEqualTo(range);
    }

    @Test
    void idsThatNobodyHasAnyMoreCannotBeShared() {
        IdRange range = ranges.allocate(65_536);
        ranges.release(range);

        assertThat(ranges.share(range)).isFalse();
    }

    @Test
    void idsFoundAtTheStartAreSharedWithWhomTheyWereMadeFor() {
        var range = new IdRange(3_000_000_000L, 65_536);
        assertThat(ranges.reserve(range)).isTrue();

        assertThat(ranges.reserve(range))
                .as("a second that was not made to share")
                .isFalse();
        assertThat(ranges.share(range)).isTrue();
    }
}
