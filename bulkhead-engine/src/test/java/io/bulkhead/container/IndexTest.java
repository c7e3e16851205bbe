package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.name.ContainerName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexTest {

    @TempDir
    private Path temp;

    private final Index index = new Index();
    private Life first;

    @BeforeEach
    void fill() {
        first = add('a', "first");
        add('b', "second");
    }

    private Life add(char digit, String name) {
        var spec = Specs.plain(digit, name);
        var life = new Life(
                spec.id(),
                ContainerStore.open(temp),
                temp,
                new Definition(spec, Instant.EPOCH, Optional.empty(), Optional.empty(), List.of()),
                Progress.created());
        index.reserve(spec.name(), spec.id());
        index.add(life);
        return life;
    }

    @Test
    void aContainerIsFoundByIdNameSlashedNameAndPrefix() {
        assertThat(index.resolve("a".repeat(64))).isSameAs(first);
        assertThat(index.resolve("first")).isSameAs(first);
        assertThat(index.resolve("/first")).isSameAs(first);
        assertThat(index.resolve("aaaa")).isSameAs(first);
    }

    @Test
    void aNameWinsOverAPrefix() {
        Life named = add('c', "aa");

        assertThat(index.resolve("aa")).isSameAs(named);
    }

    @Test
    void whatIsNotThereIsSaidSoInDockersWords() {
        assertThatThrownBy(() -> index.resolve("no\nsuch"))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(Reason.NOT_FOUND))
                .hasMessage("No such container: no\\u000asuch");
    }

    @Test
    void anAmbiguousPrefixIsRefused() {
        var spec = Specs.plain('a', "third");
        var id = new io.bulkhead.name.ContainerId("a".repeat(63) + "b");
        index.add(new Life(
                id,
                ContainerStore.open(temp),
                temp,
                new Definition(spec, Instant.EPOCH, Optional.empty(), Optional.empty(), List.of()),
                Progress.created()));

        assertThatThrownBy(() -> index.resolve("aaa"))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(Reason.INVALID));
    }

    @Test
    void aTakenNameIsAConflictThatNamesItsOwner() {
        assertThatThrownBy(() -> index.reserve(new ContainerName("first"), Specs.id('d')))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(Reason.CONFLICT))
                .hasMessageStartingWith("Conflict. The container name \"/first\" is already in use by container \"aaa");
    }

    @Test
    void aRemovedContainersNameIsFree() {
        index.remove(first);

        index.reserve(new ContainerName("first"), Specs.id('d'));
        assertThat(index.find(first.id())).isEmpty();
    }
}
