package io.bulkhead.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.audit.AuditException;
import io.bulkhead.container.EngineException;
import io.bulkhead.image.ImageException;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.network.NetworkException;
import io.bulkhead.volume.VolumeException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND, 404",
        "INVALID, 400",
        "CONFLICT, 409",
        "NOT_MODIFIED, 304",
        "COMMAND_NOT_FOUND, 400",
        "COMMAND_NOT_EXECUTABLE, 400",
        "UNSUPPORTED, 501",
        "STORAGE_FULL, 500",
        "RUNTIME_FAILED, 500"
    })
    void engineFailuresHaveDockersStatus(EngineException.Reason reason, int status) {
        assertThat(Failure.of(new EngineException(reason, "x: y")).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND, 404",
        "AMBIGUOUS, 400",
        "INVALID, 400",
        "IN_USE, 409",
        "MALFORMED, 400",
        "TOO_LARGE, 413",
        "DIGEST_MISMATCH, 500",
        "REGISTRY, 500",
        "UNAUTHORIZED, 500",
        "STORAGE_FULL, 500",
        "UNTRUSTED, 403",
        "STORAGE, 500"
    })
    void imageFailuresHaveDockersStatus(ImageException.Reason reason, int status) {
        assertThat(Failure.of(new ImageException(reason, "x: y"))).isEqualTo(new Failure(status, "x: y"));
    }

    @ParameterizedTest
    @CsvSource({"NOT_FOUND, 404", "INVALID, 400", "IN_USE, 409", "STORAGE_FULL, 500", "STORAGE, 500"})
    void volumeFailuresHaveDockersStatus(VolumeException.Reason reason, int status) {
        assertThat(Failure.of(new VolumeException(reason, "x: y"))).isEqualTo(new Failure(status, "x: y"));
    }

    @ParameterizedTest
    @CsvSource({"NOT_FOUND, 404", "INVALID, 400", "PORT_TAKEN, 500", "EXHAUSTED, 500", "PLUMBING, 500"})
    void networkFailuresHaveDockersStatus(NetworkException.Reason reason, int status) {
        assertThat(Failure.of(new NetworkException(reason, "x: y"))).isEqualTo(new Failure(status, "x: y"));
    }

    @ParameterizedTest
    @MethodSource("allReasons")
    void everyReasonHasAStatus(RuntimeException thrown) {
        assertThat(Failure.of(thrown).status()).isBetween(304, 599);
    }

    static Stream<RuntimeException> allReasons() {
        return Stream.of(
                        Arrays.stream(EngineException.Reason.values()).map(r -> new EngineException(r, "x")),
                        Arrays.stream(ImageException.Reason.values()).map(r -> new ImageException(r, "x")),
                        Arrays.stream(VolumeException.Reason.values()).map(r -> new VolumeException(r, "x")),
                        Arrays.stream(NetworkException.Reason.values()).map(r -> new NetworkException(r, "x")))
                .flatMap(s -> s);
    }

    /// docker/cli, runStartContainerErr: these words make `docker run` exit with 127 or 126.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    COMMAND_NOT_FOUND      | exec: "x"                            | executable file not found in $PATH
                    COMMAND_NOT_FOUND      | exec /x: no such file or directory   | no such file or directory
                    COMMAND_NOT_EXECUTABLE | exec /x                              | permission denied
                    COMMAND_NOT_EXECUTABLE | exec /: is a directory               | is a directory
                    """)
    void aCommandThatCannotStartIsToldInTheWordsTheClientLooksFor(
            EngineException.Reason reason, String message, String words) {
        String told = Failure.of(new EngineException(reason, message)).message();

        assertThat(told).startsWith(message).containsOnlyOnce(words);
    }

    @Test
    void aRecordThatCannotBeWrittenIsServiceUnavailable() {
        assertThat(Failure.of(new AuditException("nothing was done", null)).status())
                .isEqualTo(503);
    }

    @Test
    void aFullDiskBelowTheEngineSaysSo() {
        Failure failure = Failure.of(new KernelException("write", Errno.ENOSPC));

        assertThat(failure.status()).isEqualTo(500);
        assertThat(failure.message()).startsWith("no space left on device");
    }

    @Test
    void aWrongValueIsABadRequest() {
        assertThat(Failure.of(new IllegalArgumentException("digest `x` is none")))
                .isEqualTo(new Failure(400, "digest `x` is none"));
    }
}
