package io.bulkhead.idregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.idmap.IdRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedDirectoryTest {

    private static final IdRange WHOLE = new IdRange(3_000_000_000L, 1_000_000_000);

    @TempDir
    private Path shared;

    private SharedDirectory host() {
        return SharedDirectory.open(shared, WHOLE);
    }

    private static Key key(String container) {
        return new Key("acme", container);
    }

    @Test
    void theSameContainerHasTheSameIdsOnEveryHost() {
        IdRange first = host().claim(key("db"), 65_536);

        assertThat(host().claim(key("db"), 65_536)).isEqualTo(first);
        assertThat(host().claim(key("web"), 65_536)).matches(range -> !range.overlaps(first));
        assertThat(host().claim(new Key("other", "db"), 65_536)).matches(range -> !range.overlaps(first));
        assertThat(host().all()).hasSize(3);
    }

    /// Each thread is a host of its own: they have nothing in common but the directory.
    @Test
    void hostsThatClaimAtOnceNeverGiveTheSameIdsToTwoNorTwoRangesToOne()
            throws InterruptedException, ExecutionException {
        List<Future<Map<String, IdRange>>> hosts = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int host = 0; host < 8; host++) {
                hosts.add(threads.submit(() -> {
                    var own = host();
                    var given = new HashMap<String, IdRange>();
                    for (int i = 0; i < 25; i++) {
                        String name = "c" + i;
                        given.put(name, own.claim(key(name), 1_000));
                    }
                    return given;
                }));
            }
        }

        Map<String, IdRange> agreed = hosts.getFirst().get();
        for (var host : hosts) {
            assertThat(host.get()).isEqualTo(agreed);
        }
        var ranges = List.copyOf(agreed.values());
        for (int i = 0; i < ranges.size(); i++) {
            for (int j = i + 1; j < ranges.size(); j++) {
                assertThat(ranges.get(i).overlaps(ranges.get(j))).isFalse();
            }
        }
    }

    @Test
    void whatIsLeftOfAHostThatDiedWhileWritingHarmsNobody() throws IOException {
        IdRange first = host().claim(key("db"), 10);
        Files.writeString(shared.resolve("new.0c0ffee"), "{\"format\":1,");

        assertThat(host().claim(key("db"), 10)).isEqualTo(first);
        assertThat(host().claim(key("web"), 10)).isNotEqualTo(first);
    }

    @Test
    void oldVersionsAreClearedAway() throws IOException {
        for (int i = 0; i < 50; i++) {
            IdRange _ = host().claim(key("c" + i), 10);
        }

        try (var files = Files.list(shared)) {
            assertThat(files.count()).isLessThanOrEqualTo(16);
        }
        assertThat(host().all()).hasSize(50);
    }

    @Test
    void aForgottenContainersIdsAreFree() {
        var small = SharedDirectory.open(shared, new IdRange(500, 10));
        IdRange first = small.claim(key("db"), 10);
        assertThatThrownBy(() -> small.claim(key("web"), 10))
                .hasMessageContaining("no 10 ids in a row left")
                .hasMessageContaining("bulkhead userns static --forget");

        assertThat(small.forget(key("db"))).isTrue();

        assertThat(small.forget(key("db"))).isFalse();
        assertThat(small.claim(key("web"), 10)).isEqualTo(first);
    }

    @Test
    void anotherSizeForAKnownContainerIsRefused() {
        IdRange _ = host().claim(key("db"), 10);

        assertThatThrownBy(() -> host().claim(key("db"), 20))
                .hasMessageContaining("has given 10 ids to acme/db, not 20");
    }

    @Test
    void hostsThatAreToldDifferentIdsDoNotWorkTogether() {
        IdRange _ = host().claim(key("db"), 10);

        assertThatThrownBy(() -> SharedDirectory.open(shared, new IdRange(5, 10)))
                .hasMessageContaining("`ids.static` has to be the same on all hosts");
    }

    @Test
    void aDirectoryThatIsNotMountedIsNotMade() {
        assertThatThrownBy(() -> SharedDirectory.open(shared.resolve("absent"), WHOLE))
                .hasMessageContaining("is it mounted?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"format\":2,\"number\":7,\"whole\":{\"first\":3000000000,\"count\":1000000000},\"ranges\":{}}",
                "{\"format\":1,\"number\":8,\"whole\":{\"first\":3000000000,\"count\":1000000000},\"ranges\":{}}",
                "{\"format\":1,\"number\":7,\"whole\":{\"first\":3000000000,\"count\":1000000000},\"ranges\":"
                        + "{\"a/b\":{\"first\":3000000000,\"count\":10},\"a/c\":{\"first\":3000000005,\"count\":10}}}",
                "{\"format\":1,\"number\":7,\"whole\":{\"first\":3000000000,\"count\":1000000000},\"ranges\":"
                        + "{\"a/b\":{\"first\":0,\"count\":10}}}",
            })
    void aDamagedRegistryGivesNothing(String content) throws IOException {
        Files.writeString(shared.resolve("ids.7.json"), content);

        assertThatThrownBy(this::host).isInstanceOf(RegistryException.class).hasMessageContaining("ids.7.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a/b", "a b", ".a"})
    void aNameThatIsAPathIsNone(String name) {
        assertThatThrownBy(() -> new Key("acme", name)).isInstanceOf(IllegalArgumentException.class);
    }
}
