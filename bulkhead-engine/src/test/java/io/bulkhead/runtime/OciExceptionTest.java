package io.bulkhead.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.runtime.OciException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OciExceptionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "executable file `x` not found in $PATH: No such file or directory | COMMAND_NOT_FOUND",
                "time=\"now\" level=error msg=\"exec: \\\"x\\\": executable file not found in $PATH\" | COMMAND_NOT_FOUND",
                "open executable: Permission denied | COMMAND_NOT_EXECUTABLE",
                "open executable: Operation not permitted | COMMAND_NOT_EXECUTABLE",
                "mount `proc`: Operation not permitted | REFUSED",
                "exec /x: exec format error | COMMAND_NOT_EXECUTABLE",
                "the kernel is on fire | REFUSED",
            })
    void whatBothRuntimesSayIsSortedByItsWords(String said, Reason reason) {
        assertThat(OciException.said("crun create", said).reason()).isEqualTo(reason);
    }

    @Test
    void theLastLineCountsAndCannotForgeALogLine() {
        assertThat(OciException.said("crun create", "first\nsecond\u001b[31m")).hasMessage("crun create: second?[31m");
    }
}
