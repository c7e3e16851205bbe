package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PidfdTest {

    private static final int SIGTERM = 15;

    @Test
    void aProcessIsSignalledAndItsEndIsSeen() throws Exception {
        Process process = sleeper();

        try (Pidfd pidfd = open(process)) {
            assertThat(pidfd.exited()).isNotDone();
            pidfd.signal(SIGTERM);

            pidfd.exited().get(10, TimeUnit.SECONDS);
            assertThat(process.waitFor()).isEqualTo(128 + SIGTERM);
        }
    }

    @Test
    void aPidThatIsUsedAgainIsNotTheProcessMeant() throws Exception {
        Process process = sleeper();
        int pid = (int) process.pid();

        try {
            long started = Pidfd.startTime(pid).orElseThrow();
            assertThat(Pidfd.open(pid, started - 1)).isEmpty();
            assertThat(Pidfd.open(pid, started + 1)).isEmpty();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aSignalAfterTheEndReachesNobody() throws Exception {
        Process process = sleeper();

        try (Pidfd pidfd = open(process)) {
            process.destroyForcibly().waitFor();

            assertThatThrownBy(() -> pidfd.signal(SIGTERM))
                    .isInstanceOfSatisfying(
                            KernelException.class,
                            gone -> assertThat(gone.errno()).isEqualTo(Errno.ESRCH));
        }
    }

    @Test
    void aProcessThatIsGoneIsNotOpened() throws Exception {
        Process process = sleeper();
        int pid = (int) process.pid();
        long started = Pidfd.startTime(pid).orElseThrow();

        process.destroyForcibly().waitFor();

        assertThat(Pidfd.open(pid, started)).isEmpty();
        assertThat(Pidfd.startTime(pid)).isEmpty();
    }

    @Test
    void whatIsNoProcessIsNotOpened() throws IOException {
        int thread = aThreadThatIsNoProcess();

        assertThat(Pidfd.open(0, 0)).isEmpty();
        assertThat(Pidfd.open(-1, 0)).isEmpty();
        assertThat(Pidfd.open(thread, Pidfd.startTime(thread).orElseThrow())).isEmpty();
    }

    @Test
    void theNameOfAProgramDoesNotConfuseTheStartTime() throws Exception {
        Path hostile = Files.createTempDirectory("pidfd").resolve("a) R 1 1 (b");
        try {
            Files.copy(Path.of("/bin/sleep"), hostile);
            Process process = new ProcessBuilder(hostile.toString(), "60").start();
            Process plain = sleeper();
            try {
                long apart = Pidfd.startTime((int) plain.pid()).orElseThrow()
                        - Pidfd.startTime((int) process.pid()).orElseThrow();
                assertThat(apart).isBetween(-1000L, 1000L);
            } finally {
                process.destroyForcibly().waitFor();
                plain.destroyForcibly().waitFor();
            }
        } finally {
            Files.deleteIfExists(hostile);
            Files.delete(hostile.getParent());
        }
    }

    @Test
    void aClosedOneSignalsNobody() throws Exception {
        Process process = sleeper();
        Pidfd pidfd = open(process);

        pidfd.close();

        assertThatThrownBy(() -> pidfd.signal(SIGTERM)).isInstanceOf(IllegalStateException.class);
        assertThat(process.isAlive()).isTrue();
        process.destroyForcibly().waitFor();
        assertThat(pidfd.exited()).isNotDone();
    }

    private static Process sleeper() throws IOException {
        return new ProcessBuilder("sleep", "60").start();
    }

    private static Pidfd open(Process process) {
        int pid = (int) process.pid();
        return Pidfd.open(pid, Pidfd.startTime(pid).orElseThrow()).orElseThrow();
    }

    private static int aThreadThatIsNoProcess() throws IOException {
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            var other = threads.map(path -> Integer.parseInt(path.getFileName().toString()))
                    .filter(number -> number != ProcessHandle.current().pid())
                    .findFirst();
            assumeTrue(other.isPresent(), "needs a second thread");
            return other.orElseThrow();
        }
    }
}
