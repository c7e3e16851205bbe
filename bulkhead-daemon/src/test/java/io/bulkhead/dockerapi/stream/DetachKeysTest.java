package io.bulkhead.dockerapi.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetachKeysTest {

    /// Feeds one byte at a time and, for comparison, all at once.
    private static String passed(String keys, String input) {
        byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
        DetachKeys atOnce = DetachKeys.parse(keys);
        DetachKeys.Passed whole = atOnce.pass(bytes, bytes.length);
        DetachKeys byteWise = DetachKeys.parse(keys);
        var pieces = new StringBuilder();
        for (byte b : bytes) {
            DetachKeys.Passed piece = byteWise.pass(new byte[] {b}, 1);
            pieces.append(new String(piece.bytes(), StandardCharsets.US_ASCII));
            if (piece.detached()) {
                pieces.append("!");
                break;
            }
        }
        String result = new String(whole.bytes(), StandardCharsets.US_ASCII) + (whole.detached() ? "!" : "");
        assertThat(pieces).hasToString(result);
        return result;
    }

    @ParameterizedTest
    @CsvSource({
        "'a,b', xaby, x!",
        "'a,b', xacab, xac!",
        "'a,b', aab, a!",
        "'a,b', aaac, aaac",
        "'a,b', ab, !",
        "'a,a,b', aaab, a!",
        "'a,b,a,c', ababac, ab!",
        "'x', yxz, y!",
        "'a,b', xa, x",
    })
    void onlyTheWholeSequenceDetachesAndTheRestIsPassedOn(String keys, String input, String expected) {
        assertThat(passed(keys, input)).isEqualTo(expected);
    }

    @Test
    void theStandardIsControlPControlQ() {
        assertThat(passed("", "ls\u0010\u0011")).isEqualTo("ls!");
        assertThat(passed("ctrl-p,ctrl-q", "\u0010x")).isEqualTo("\u0010x");
        assertThat(passed("ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_", "\0\u001b\u001c\u001d\u001e\u001f"))
                .isEqualTo("!");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                "a,",
                "ctrl-",
                "ctrl-A",
                "ctrl-1",
                "ctrl-ab",
                "alt-a",
                "ä",
                "a b",
                "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"
            })
    void whatIsNoKeyIsRefused(String keys) {
        assertThatThrownBy(() -> DetachKeys.parse(keys)).isInstanceOf(IllegalArgumentException.class);
    }
}
