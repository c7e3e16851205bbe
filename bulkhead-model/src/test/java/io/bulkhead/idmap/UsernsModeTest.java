package io.bulkhead.idmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.idmap.IdMap.Line;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsernsModeTest {

    private static final Optional<IdRange> OWN = Optional.of(new IdRange(1_000_000_000, 65_536));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auto",
                "auto:size=1000",
                "static",
                "static:size=1000",
                "identity",
                "shift:2",
                "single",
                "single:1000:100",
                "map:0:60000:1001",
                "map:u0:60000:1001,g0:70000:5,g5:80000:1",
                "host"
            })
    void whatIsWrittenIsReadAsItself(String text) {
        assertThat(UsernsMode.parse(text).spelling()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | no such mode",
                "keep-id | no such mode",
                "auto:12 | comes `size=N`",
                "auto:size= | not a number",
                "auto:size=0 | outside 1..",
                "auto:size=4294967295 | outside 1..",
                "identity:1 | nothing comes after `identity`",
                "host: | nothing comes after `host`",
                "shift | not a number",
                "shift:0 | which is `identity`",
                "shift:-1 | not a number",
                "shift:4294967295 | outside 1..",
                "single: | not a number",
                "single:0 | uid 0 is outside",
                "single:5:0 | gid 0 is outside",
                "single:1:2:3 | UID or UID:GID",
                "map: | neither",
                "map:1 | neither",
                "map:0:1:2:3 | neither",
                "map:0:1: | not a number",
                "map::1:1 | not a number",
                "map:0:+1:1 | not a number",
                "map:0:1:0 | is empty",
                "map:0:4294967295:1 | outside 0..",
                "map:0:4294967290:6 | runs past",
                "map:0:100:10,5:200:1 | container id 5",
                "map:0:100:10,20:105:1 | host id 105",
                "map:u0:100:10,g0:100:10,g3:300:1 | map of groups: two lines reach container id 3",
                "map:0:99999999999:1 | not a number",
            })
    void whatMeansNothingIsRefused(String text, String why) {
        assertThatThrownBy(() -> UsernsMode.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aLineOfSubuidBeginsAtZeroInside() {
        assertThat(UsernsMode.parse("map:alice:100000:65536"))
                .isEqualTo(new UsernsMode.Mapped(IdMaps.of(new IdRange(100_000, 65_536))));
    }

    @Test
    void groupsWithoutALineOfTheirOwnAreMappedAsUsersAre() {
        assertThat(UsernsMode.parse("map:u0:500:3")
                        .maps(Optional.empty())
                        .orElseThrow()
                        .groups())
                .isEqualTo(new IdMap(List.of(new Line(0, 500, 3))));
    }

    @Test
    void withShiftHostRootIsNobodyAndItsNewSelfHasNoOtherName() {
        IdMap map =
                UsernsMode.parse("shift:2").maps(Optional.empty()).orElseThrow().users();

        assertThat(map.hostId(0)).hasValue(2);
        assertThat(map.hostId(1)).hasValue(1);
        assertThat(map.hostId(2)).isEmpty();
        assertThat(map.hostId(3)).hasValue(3);
        assertThat(map.hostId(IdRange.MAX_ID)).hasValue(IdRange.MAX_ID);
        assertThat(map.containerId(0)).isEmpty();
    }

    @Property
    void aShiftNeverReachesHostRootWhateverItIsShiftedTo(
            @ForAll @LongRange(min = 1, max = 0xFFFF_FFFEL) long root,
            @ForAll @LongRange(min = 0, max = 0xFFFF_FFFEL) long id) {
        IdMap map = IdMap.shift(root);

        assertThat(map.containerId(0)).isEmpty();
        map.hostId(id).ifPresent(host -> assertThat(map.containerId(host)).hasValue(id));
        assertThat(map.hostId(id).isEmpty()).isEqualTo(id == root);
    }

    @Test
    void oneIdOfThePoolOrOneThatWasGivenIsRootInSingleMode() {
        assertThat(UsernsMode.parse("single").maps(Optional.of(new IdRange(1_500_000_000, 1))))
                .contains(IdMaps.of(new IdRange(1_500_000_000, 1)));
        assertThat(UsernsMode.parse("single:1000").maps(OWN).orElseThrow().users())
                .isEqualTo(new IdMap(List.of(new Line(0, 1000, 1))));
        assertThat(UsernsMode.parse("single:1000").maps(OWN).orElseThrow().single())
                .isTrue();
    }

    @Test
    void aModeThatNeedsIdsOfThePoolHasNoMapWithoutThem() {
        assertThatThrownBy(() -> UsernsMode.defaultMode().maps(Optional.empty()))
                .hasMessageContaining("needs ids of the engine's pool");
    }

    @Test
    void theHostIdsOfAMapAreThoseOfUsersAndGroupsTogether() {
        IdMaps maps = UsernsMode.parse("map:u0:100:10,g0:105:10,g20:20:1")
                .maps(Optional.empty())
                .orElseThrow();

        assertThat(maps.outside()).containsExactly(new IdRange(20, 1), new IdRange(100, 15));
        assertThat(maps.moved()).containsExactly(new IdRange(100, 15));
    }

    @Test
    void aMapWhoseTextIsTooLongForTheKernelIsRefused() {
        List<Line> lines = java.util.stream.LongStream.range(0, 200)
                .mapToObj(i -> new Line(1_000_000_000 + 2 * i, 2_000_000_000 + 2 * i, 1))
                .toList();

        assertThatThrownBy(() -> new IdMap(lines)).hasMessageContaining("the kernel takes 4095");
    }
}
