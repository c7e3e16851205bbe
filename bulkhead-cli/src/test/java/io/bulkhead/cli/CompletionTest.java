package io.bulkhead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.cli.verb.Known;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionTest {

    /// The `|` ends the line, so that spaces before it can be seen.
    @ParameterizedTest
    @CsvSource({
        "bulkhead start |, ENDED, ''",
        "bulkhead stop web w|, LIVE, w",
        "bulkhead  exec  -it |, RUNNING, ''",
        "bulkhead exec -e A=b -u root |, RUNNING, ''",
        "bulkhead run --name x -eA=b -p 80 base:|, IMAGES, base:",
        "bulkhead run --network |, NETWORKS, ''",
        "bulkhead run --network=b|, NETWORKS, b",
        "bulkhead run -d --volumes-from d|, CONTAINERS, d",
        "bulkhead -H unix:///x unpause |, PAUSED, ''",
        "bulkhead volume rm -f a b|, VOLUMES, b",
        "bulkhead volume inspect |, VOLUMES, ''",
        "bulkhead network inspect |, NETWORKS, ''",
        "bulkhead image inspect |, IMAGES, ''",
        "bulkhead container inspect -f {{.Id}} |, CONTAINERS, ''",
        "bulkhead inspect |, ANYTHING, ''",
        "bulkhead rm -- -|, CONTAINERS, -",
        "bulkhead logs --tail 5 -f |, CONTAINERS, ''",
        "/opt/x/bulkhead rmi |, IMAGES, ''",
    })
    void theNamesThatFitAreFound(String line, Known known, String begun) {
        Completion at = Completion.at(line.substring(0, line.length() - 1)).orElseThrow();

        assertThat(at.known()).isEqualTo(known);
        assertThat(at.begun()).isEqualTo(begun);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bulkhead",
                "bulkhead ",
                "bulkhead sto",
                "bulkhead volume ",
                "bulkhead volume r",
                "bulkhead nosuch ",
                "bulkhead -H ",
                "bulkhead exec web ",
                "bulkhead exec web ls -",
                "bulkhead run base ",
                "bulkhead run --name ",
                "bulkhead run -v /",
                "bulkhead run --net",
                "bulkhead tag a ",
                "bulkhead rename a ",
                "bulkhead pull ",
                "bulkhead ps ",
            })
    void elsewhereNoNameBelongs(String line) {
        assertThat(Completion.at(line)).isEmpty();
    }

    @Test
    void whatTheLineSaysOfTheDaemonAndOfAnOptionIsKept() {
        Completion at = Completion.at("bulkhead --host=unix:///x run --net=b").orElseThrow();

        assertThat(at.daemon().host()).isEqualTo("unix:///x");
        assertThat(at.prefix()).isEqualTo("--net=");
    }
}
