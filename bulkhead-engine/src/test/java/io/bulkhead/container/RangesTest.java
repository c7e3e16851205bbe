package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.container.EngineSettings.StaticIds;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.Namespaces;
import io.bulkhead.name.ContainerName;
import io.bulkhead.runtime.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {

    private static final IdRange WHOLE = new IdRange(3_000_000_000L, 65_536);

    @TempDir
    private Path temp;

    /// What files on volumes belong to.
    private final Set<IdRange> carried = new HashSet<>();

    /// Room for exactly one container.
    private Ranges ranges;

    @BeforeEach
    void open() {
        ranges = opened(WHOLE);
    }

    private Ranges opened(IdRange whole) {
        return Ranges.open(settings(whole, Optional.empty()), carried::contains);
    }

    private EngineSettings settings(IdRange whole, Optional<StaticIds> shared) {
        Path none = Path.of("/nonexistent");
        return new EngineSettings(
                temp, temp, whole, shared, OciRuntime.Kind.CRUN, none, none, "/none", RecordingChoice.AUTO, -1);
    }

    private static void giveBack(Ranges ranges, IdRange range) {
        ranges.giveBack(Optional.of(range), Optional.of(IdMaps.of(range)));
    }

    @Test
    void idsThatTwoContainersShareAreFreeWithTheLastOfThem() {
        IdRange range = ranges.allocate(65_536);
        assertThat(ranges.share(range)).isTrue();

        giveBack(ranges, range);
        assertThatThrownBy(() -> ranges.allocate(65_536))
                .hasMessageContaining("no 65536 ids in a row are left")
                .hasMessageContaining("widen `ids` in bulkhead.yaml");
        giveBack(ranges, range);

        assertThat(ranges.allocate(65_536)).isEqualTo(range);
    }

    @Test
    void idsThatNobodyHasAnyMoreCannotBeShared() {
        IdRange range = ranges.allocate(65_536);
        giveBack(ranges, range);

        assertThat(ranges.share(range)).isFalse();
    }

    @Test
    void idsFoundAtTheStartAreSharedWithWhomTheyWereMadeFor() {
        assertThat(ranges.reserve(WHOLE)).isTrue();

        assertThat(ranges.reserve(WHOLE))
                .as("a second that was not made to share")
                .isFalse();
        assertThat(ranges.share(WHOLE)).isTrue();
    }

    @Test
    void idsOfAWrittenOutMapAreGivenToNobodyUntilItsLastContainerIsGone() {
        Optional<IdMaps> maps = Optional.of(IdMaps.of(new IdRange(3_000_000_100L, 10)));
        ranges.hold(maps.get());
        ranges.hold(maps.get());

        ranges.giveBack(Optional.empty(), maps);
        assertThatThrownBy(() -> ranges.allocate(65_536)).isInstanceOf(EngineException.class);
        ranges.giveBack(Optional.empty(), maps);

        assertThat(ranges.allocate(65_536)).isEqualTo(WHOLE);
    }

    @Test
    void aWrittenOutMapCannotNameAnothersOwnIds() {
        ranges.allocate(65_536);
        var maps = new IdMaps(
                new IdMap(List.of(new IdMap.Line(0, 5, 1), new IdMap.Line(1, 3_000_000_100L, 1))),
                IdMap.of(new IdRange(5, 1)));

        assertThatThrownBy(() -> ranges.hold(maps)).hasMessageContaining("are another container's own");
    }

    @Test
    void shiftAndIdentityLeaveThePoolAsItIs() {
        ranges.hold(IdMaps.same(IdMap.identity()));
        ranges.hold(IdMaps.same(IdMap.shift(2)));

        assertThat(ranges.allocate(65_536)).isEqualTo(WHOLE);
    }

    @Test
    void eachCallerHasOneIdForGoodAndNobodyElseGetsIt() {
        IdRange alice = ranges.ofCaller("unix:1000");
        IdRange bob = ranges.ofCaller("unix:1001");
        assertThat(bob).isNotEqualTo(alice);
        assertThat(ranges.ofCaller("unix:1000")).isEqualTo(alice);

        var later = opened(WHOLE);

        assertThat(later.allocate(60_000)).matches(range -> !range.overlaps(alice) && !range.overlaps(bob));
        assertThat(later.ofCaller("unix:1001")).isEqualTo(bob);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{\"unix:1\":null}", "{\"unix:1\":-1}", "{\"unix:1\":\"x\"}", "{\"a\":1,\"a\":2}"})
    void whoseIdIsWhoseIsNotGuessedAt(String damaged) throws IOException {
        Path file = Files.writeString(temp.resolve("single-ids.json"), damaged);

        assertThatThrownBy(() -> opened(WHOLE))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aContainerHasTheIdsThatAnotherHostGotForItsName() {
        var shared = new StaticIds(temp, new IdRange(3_200_000_000L, 1_000_000), "acme");
        Ranges one = Ranges.open(settings(WHOLE, Optional.of(shared)), _ -> false);
        Ranges two = Ranges.open(settings(WHOLE, Optional.of(shared)), _ -> false);
        var name = ContainerName.parse("db");

        IdRange first = one.claim(name, 1_000);

        assertThat(two.claim(name, 1_000)).isEqualTo(first);
        assertThatThrownBy(() -> one.claim(name, 1_000))
                .as("a second container of the name on this host")
                .hasMessageContaining("are somebody else's on this host");
        giveBack(one, first);
        assertThat(one.claim(name, 1_000)).isEqualTo(first);
        assertThat(one.agreed()).hasSize(1);
        assertThat(one.forget("db")).isTrue();
    }

    @Test
    void aRangeThatFilesBelongToIsGivenAgainWhenTheyAreGone() {
        var half = new IdRange(WHOLE.first(), 32_768);
        IdRange first = ranges.allocate(32_768);
        carried.add(half);
        giveBack(ranges, first);

        IdRange second = ranges.allocate(32_768);
        assertThat(second.overlaps(half)).isFalse();
        assertThatThrownBy(() -> ranges.allocate(32_768))
                .hasMessageContaining("volumes with files of removed ones (they keep 1 ranges");
        carried.clear();

        assertThat(ranges.allocate(32_768)).isEqualTo(half);
    }

    @Test
    void anEngineThatStartsGivesNothingThatFilesOfRemovedContainersBelongTo() {
        var half = new IdRange(WHOLE.first(), 32_768);
        carried.add(half);

        assertThat(opened(WHOLE).allocate(32_768).overlaps(half)).isFalse();
    }

    @Test
    void withoutARegistryThereIsNoStaticRange() {
        assertThatThrownBy(() -> ranges.claim(ContainerName.parse("db"), 1_000))
                .hasMessageContaining("set `ids.static.registry` in bulkhead.yaml");
    }

    /// A process in a user namespace of its own, as another engine's container is.
    @Test
    void idsOfAProcessThatBeganAfterTheEngineAreNotGiven() throws IOException, InterruptedException {
        var whole = new IdRange(3_100_000_000L, 100_000);
        var late = opened(whole);
        late.excludeRunning();
        var others = IdMap.of(new IdRange(3_100_020_000L, 65_536));
        try (var made = Namespaces.create(others, others, false)) {
            Process process =
                    new ProcessBuilder("nsenter", "--user=" + made.user().path(), "sleep", "100").start();
            try {
                TimeUnit.MILLISECONDS.sleep(1_100);

                assertThat(late.allocate(10_000)).isEqualTo(new IdRange(3_100_000_000L, 10_000));
                assertThat(late.allocate(14_000)).isEqualTo(new IdRange(3_100_085_536L, 14_000));
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
