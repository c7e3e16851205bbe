package io.bulkhead.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void theDetachSequenceIsNotSentAndEndsTheInput() {
        var keys = DetachKeys.parse("");

        byte[] passed = keys.pass(bytes("6110116262"), 5);

        assertThat(passed).asString(StandardCharsets.UTF_8).isEqualTo("a");
        assertThat(keys.detached()).isTrue();
    }

    @Test
    void aSequenceThatBreaksOffIsSentAfterAll() {
        var keys = DetachKeys.parse("");

        assertThat(keys.pass(bytes("10"), 1)).isEmpty();
        assertThat(keys.pass(bytes("61"), 1)).isEqualTo(bytes("1061"));
        assertThat(keys.detached()).isFalse();
    }

    @Test
    void otherKeysMayBeChosen() {
        var keys = DetachKeys.parse("ctrl-a,x");

        keys.pass(bytes("0178"), 2);

        assertThat(keys.detached()).isTrue();
    }

    @Test
    void keysThatDoNotExistAreRefused() {
        assertThatThrownBy(() -> DetachKeys.parse("ctrl-ä,hello"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Unknown character");
    }

    @Test
    void framesGoToTheirStreams() throws IOException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();

        Frames.copy(new ByteArrayInputStream(bytes("010000000000000261620200000000000001" + "63")), out, err);

        assertThat(out).hasToString("ab");
        assertThat(err).hasToString("c");
    }

    @Test
    void aStreamThatEndsWithinAFrameIsAnError() {
        var out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> Frames.copy(new ByteArrayInputStream(bytes("010000000000000961")), out, out))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> Frames.copy(new ByteArrayInputStream(bytes("0100")), out, out))
                .isInstanceOf(EOFException.class);
    }

    @Test
    void whatIsNoFrameIsRefusedInsteadOfShown() {
        var out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> Frames.copy(new ByteArrayInputStream(bytes("680000000000000161")), out, out))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no frame");
        assertThat(out.size()).isZero();
    }

    @Test
    void anErrorInTheStreamIsTold() {
        var out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> Frames.copy(new ByteArrayInputStream(bytes("030000000000000161")), out, out))
                .hasMessage("error from daemon in stream: a");
    }
}
