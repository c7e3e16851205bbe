package io.bulkhead.idmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class IdMapTest {

    @Test
    void anIdOutsideEveryRangeHasNoHostId() {
        var map = new IdMap(List.of(new IdMap.Line(0, 100_000, 65_536)));

        assertThat(map.hostId(65_536)).isEmpty();
    }

    @Test
    void aRunOfIdsIsCutAtTheSeamsOfTheMapAndEndsWithIt() {
        var map = new IdMap(List.of(new IdMap.Line(10, 500, 5), new IdMap.Line(0, 100, 10), new IdMap.Line(20, 0, 1)));

        assertThat(map.within(new IdRange(8, 4)))
                .containsExactly(new IdMap.Line(8, 108, 2), new IdMap.Line(10, 500, 2));
        assertThat(map.within(new IdRange(14, 7))).containsExactly(new IdMap.Line(14, 504, 1));
        assertThat(map.within(new IdRange(15, 6))).isEmpty();
    }

    @Test
    void twoLinesThatReachTheSameHostIdAreRefused() {
        assertThatThrownBy(() -> new IdMap(List.of(new IdMap.Line(0, 100_000, 10), new IdMap.Line(10, 100_009, 5))))
                .hasMessage("two lines reach host id 100009");
    }

    @Test
    void theIdThatMeansNoIdIsInNoRange() {
        assertThatThrownBy(() -> new IdRange(4_294_967_290L, 6)).hasMessageContaining("runs past 4294967294");
    }

    @Property
    void mappingThereAndBackIsTheSameId(@ForAll @LongRange(max = 65_535) long id) {
        IdMap map = IdMap.of(new IdRange(524_288, 65_536));

        assertThat(map.containerId(map.hostId(id).orElseThrow())).hasValue(id);
    }

    @Test
    void theKernelReadsOneLinePerRange() {
        assertThat(new IdMap(List.of(new IdMap.Line(0, 7, 1), new IdMap.Line(1, 100, 5))).kernelText())
                .isEqualTo("0 7 1\n1 100 5\n");
    }
}
