package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.container.Container.MountPoint;
import io.bulkhead.container.Container.Status;
import io.bulkhead.container.Progress.Processes;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.network.Attachment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerStoreTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.123456789Z");

    private static final IdRange RANGE = new IdRange(1_000_000_000, 65_536);

    @TempDir
    private Path temp;

    private static Definition definition() {
        return new Definition(
                Specs.everything(), NOW, Optional.of(RANGE), Optional.of(IdMaps.of(RANGE)), List.of("a warning"));
    }

    @Test
    void whatIsStoredIsReadAsItWas() {
        var store = ContainerStore.open(temp);
        var mount = new MountPoint("bind", "", "/srv", "/srv", "", "ro", false, "rprivate");
        var attachment =
                new Attachment("bridge", "n", "e", "10.89.0.2", 16, "10.89.0.1", "02:42:0a:59:00:02", List.of());
        Progress progress = Progress.created()
                .starting("boot")
                .running(
                        new Processes("boot", 10, 11, 12, 13),
                        NOW,
                        Optional.of(attachment),
                        List.of(mount),
                        List.of("copied"));

        store.create(Specs.id('a'), definition(), progress);

        assertThat(ContainerStore.open(temp).all())
                .containsExactly(new ContainerStore.Stored(Specs.id('a'), definition(), progress));
    }

    /// Written by an engine before formats had numbers.
    @Test
    void aDefinitionOfTheFirstFormatMeansWhatItMeantThen() throws IOException {
        var store = ContainerStore.open(temp);
        store.create(Specs.id('a'), definition(), Progress.created());
        try (var first = getClass().getResourceAsStream("definition-format-1.json")) {
            Files.write(
                    store.directory(Specs.id('a')).resolve("container.json"),
                    Objects.requireNonNull(first).readAllBytes());
        }

        assertThat(ContainerStore.open(temp).all().getFirst().definition()).isEqualTo(definition());
    }

    @ParameterizedTest
    @CsvSource({"5, a newer engine", "0, no number", "'\"1\"', no number", "2.5, no number", "null, no number"})
    void aDefinitionOfAFormatThisEngineDoesNotKnowIsNotRead(String format, String why) throws IOException {
        var store = ContainerStore.open(temp);
        store.create(Specs.id('a'), definition(), Progress.created());
        Path file = store.directory(Specs.id('a')).resolve("container.json");
        Files.writeString(file, Files.readString(file).replaceAll("\"format\":[0-9]+", "\"format\":" + format));

        assertThatThrownBy(() -> ContainerStore.open(temp).all())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(why);
    }

    /// A state was first written without a number.
    @ParameterizedTest
    @CsvSource({"'', ''", "'\"format\":1,', ''", "'\"format\":2,', a newer engine", "'\"format\":\"1\",', no number"})
    void aStateHasTheNumberOfItsFormat(String written, String refused) throws IOException {
        var store = ContainerStore.open(temp);
        store.create(Specs.id('a'), definition(), Progress.created());
        Path file = store.directory(Specs.id('a')).resolve("state.json");
        String now = Files.readString(file);
        assertThat(now).contains("\"format\":1");
        String without = now.replaceAll(",?\"format\":1", "");
        Files.writeString(file, "{" + written + without.substring(1));

        if (refused.isEmpty()) {
            assertThat(ContainerStore.open(temp).all().getFirst().progress()).isEqualTo(Progress.created());
        } else {
            assertThatThrownBy(() -> ContainerStore.open(temp).all())
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("state.json")
                    .hasMessageContaining(refused);
        }
    }

    @Test
    void mountsOfBeforeTheySaidWhoseTheirFilesAreAreRead() throws IOException {
        var store = ContainerStore.open(temp);
        store.create(Specs.id('a'), definition(), Progress.created());
        Path file = store.directory(Specs.id('a')).resolve("container.json");
        String now = Files.readString(file);
        String then = now.replaceAll(",\"owners\":\\{\"is\":\"Default\"}", "");
        then = then.replaceAll("\"format\":[0-9]+", "\"format\":2");
        assertThat(then).isNotEqualTo(now).doesNotContain("owners");
        Files.writeString(file, then);

        assertThat(ContainerStore.open(temp).all().getFirst().definition()).isEqualTo(definition());
    }

    @Test
    void aContainerThatWasHalfMadeOrHalfRemovedIsNotThere() throws IOException {
        var store = ContainerStore.open(temp);
        store.create(Specs.id('a'), definition(), Progress.created());
        Files.createDirectories(temp.resolve("b".repeat(64) + ".new"));
        Files.createDirectories(temp.resolve("c".repeat(64) + ".gone/upper/etc"));

        var reopened = ContainerStore.open(temp);

        assertThat(reopened.all()).hasSize(1);
        assertThat(temp.toFile().list()).containsExactly("a".repeat(64));
    }

    @Test
    void aTornTemporaryFileChangesNothing() throws IOException {
        var store = ContainerStore.open(temp);
        store.create(Specs.id('a'), definition(), Progress.created());
        Files.writeString(store.directory(Specs.id('a')).resolve("state.json.new"), "{\"status\":\"RUNN");

        assertThat(ContainerStore.open(temp).all().getFirst().progress()).isEqualTo(Progress.created());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "null", "{\"status\":\"CREATED\"}"})
    void aDamagedFileIsNamedAndNotGuessedAt(String content) throws IOException {
        var store = ContainerStore.open(temp);
        store.create(Specs.id('a'), definition(), Progress.created());
        Path file = store.directory(Specs.id('a')).resolve("state.json");
        Files.writeString(file, content);

        assertThatThrownBy(() -> ContainerStore.open(temp).all())
                .isInstanceOfSatisfying(
                        EngineException.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(EngineException.Reason.STORAGE))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("is damaged");
    }

    @Test
    void theVolumesOfACreationThatWasCutOffAreKnownAfterwards() throws IOException {
        var store = ContainerStore.open(temp);
        store.noteMaking(Specs.id('a'), List.of("v1", "v2"));
        store.noteMaking(Specs.id('b'), List.of("v3"));
        store.create(Specs.id('b'), definition(), Progress.created());
        store.forgetMaking(Specs.id('b'));
        Files.writeString(temp.resolve("c".repeat(64) + ".making.new"), "tor");

        var opened = ContainerStore.open(temp);

        assertThat(opened.making()).isEqualTo(Map.of(Specs.id('a'), List.of("v1", "v2")));
        assertThat(opened.all()).hasSize(1);
    }

    @Test
    void aRemovedContainerIsGoneWithAllItsFiles() throws IOException {
        var store = ContainerStore.open(temp);
        store.create(Specs.id('a'), definition(), Progress.created());
        Files.createDirectories(store.directory(Specs.id('a')).resolve("upper/deep/er"));

        store.remove(Specs.id('a'));

        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void aFailedStartLeavesTheStateItFound() {
        Progress created = Progress.created();
        Progress ended = created.running(new Processes("boot", 1, 1, 2, 2), NOW, Optional.empty(), List.of(), List.of())
                .ended(Status.EXITED, 3, "", false, NOW, false);

        assertThat(created.starting("boot").failed(127, "no such file").status())
                .isEqualTo(Status.CREATED);
        assertThat(ended.starting("boot").failed(127, "no such file").status()).isEqualTo(Status.EXITED);
        assertThat(created.starting("boot").failed(127, "why").state())
                .returns(127, Container.State::exitCode)
                .returns("why", Container.State::error)
                .returns(0, Container.State::pid);
    }
}
