package io.bulkhead.dockerapi.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.container.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

    private static final Duration PATIENCE = Duration.ofMillis(20);

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aLargeBodyIsReadWholeAndLetsTheNextOneIn() throws IOException {
        var largeAtOnce = new Semaphore(1);
        byte[] body = bytes(3 * RequestBody.SMALL + 7);

        for (int i = 0; i < 2; i++) {
            assertThat(RequestBody.read(new ByteArrayInputStream(body), largeAtOnce, PATIENCE))
                    .isEqualTo(body);
        }
    }

    /// Three hundred bodies of four megabytes, all but their ends, took the memory of the whole daemon.
    @Test
    void whileLargeBodiesAreUnfinishedAnotherWaitsAndSmallOnesPass() throws IOException {
        var taken = new Semaphore(0);
        byte[] small = bytes(RequestBody.SMALL - 1);
        var large = new ByteArrayInputStream(bytes(RequestBody.MAX_BYTES));

        assertThat(RequestBody.read(new ByteArrayInputStream(small), taken, PATIENCE))
                .isEqualTo(small);
        assertThatThrownBy(() -> RequestBody.read(large, taken, PATIENCE))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("unfinished");
        assertThat(large.available()).isEqualTo(RequestBody.MAX_BYTES - RequestBody.SMALL);
    }

    @Test
    void noMoreThanOneByteAboveTheLimitIsRead() throws IOException {
        var in = new ByteArrayInputStream(new byte[RequestBody.MAX_BYTES + 100]);

        byte[] body = RequestBody.read(in, new Semaphore(1), PATIENCE);

        assertThat(body).hasSize(RequestBody.MAX_BYTES + 1);
    }
}
