package io.bulkhead.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.SeqPacketSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// docs/conmon.md, held: the facts about conmon that the engine is built on.
@Timeout(60)
class ConmonContractTest {

    @TempDir
    static Path base;

    @BeforeAll
    static void needsARuntime() {
        Monitored.assumePossible();
    }

    @AfterAll
    static void leaveNoCgroup() {
        Monitored.removeCgroupParent();
    }

    private static Monitored.Request sh(String script) {
        return new Monitored.Request(base, script);
    }

    private static void send(SeqPacketSocket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        socket.write(bytes, 0, bytes.length);
    }

    @Test
    void whoAttachesBeforeTheStartMissesNothing() throws Exception {
        try (var container =
                Monitored.create(sh("echo out; echo err >&2; exit 7")).created()) {
            var attached = container.attach();
            assertThat(container.start()).isZero();

            String output = Monitored.readAll(attached);

            assertThat(output).contains("2:out\n", "3:err\n");
            assertThat(container.exitCode()).isEqualTo(7);
            assertThat(container.firstLine()).as("the end of the sync pipe").isNull();
            assertThat(Files.exists(container.file("attach"))).isFalse();
            assertThat(container.read("persist/exit")).isEqualTo("7");
        }
    }

    @Test
    void aContainerWithoutInputReadsTheEndIfTheEngineHalfClosesBeforeTheStart() throws Exception {
        try (var container = Monitored.create(sh("cat; echo done")).created()) {
            var attached = container.attach();
            attached.shutdownOutput();
            container.start();

            assertThat(Monitored.readAll(attached)).isEqualTo("2:done\n");
        }
    }

    @Test
    void withoutAnyAttachmentInputStaysOpenAndALaterLeavingClosesIt() throws Exception {
        try (var container = Monitored.create(sh("cat; echo done")).created()) {
            container.start();
            assertThat(container.exitCode(300)).isEmpty();

            container.attach().close();

            assertThat(container.exitCode()).isZero();
        }
    }

    @Test
    void inputSentBeforeTheStartAndMoreThanAPipeHoldsArrives() throws Exception {
        try (var container = Monitored.create(sh("sleep 0.3; wc -c")).created()) {
            var attached = container.attach();
            attached.write(new byte[1 << 20], 0, 1 << 16);
            container.start();
            attached.write(new byte[1 << 20], 1 << 16, (1 << 20) - (1 << 16));
            attached.shutdownOutput();

            assertThat(Monitored.readAll(attached)).isEqualTo("2:1048576\n");
        }
    }

    @Test
    void inputLeftOpenSurvivesItsClients() throws Exception {
        try (var container =
                Monitored.create(sh("cat").with("--leave-stdin-open")).created()) {
            var first = container.attach();
            container.start();
            send(first, "one\n");
            first.shutdownOutput();
            first.close();

            var second = container.attach();
            send(second, "two\n");

            byte[] packet = new byte[100];
            String seen = "";
            while (!seen.contains("two")) {
                seen += new String(packet, 1, second.read(packet) - 1, StandardCharsets.UTF_8);
            }
            assertThat(container.exitCode(100)).isEmpty();
        }
    }

    @Test
    void packetsCarryUpToEightKilobytes() throws Exception {
        try (var container =
                Monitored.create(sh("head -c 1000000 /bin/busybox")).created()) {
            var attached = container.attach();
            container.start();

            byte[] packet = new byte[8193];
            int total = 0;
            for (int length = attached.read(packet); length >= 0; length = attached.read(packet)) {
                total += length - 1;
            }
            assertThat(total).isEqualTo(1_000_000);
        }
    }

    /// Why the engine must always read: the container, not the client, would pay.
    @Test
    void aClientThatDoesNotReadStopsTheContainerUntilItLeaves() throws Exception {
        try (var container = Monitored.create(sh("head -c 3000000 /bin/busybox | tr -c '\\n' x"))
                .created()) {
            var attached = container.attach();
            container.start();
            assertThat(container.exitCode(500)).isEmpty();

            attached.close();

            assertThat(container.exitCode()).isZero();
        }
    }

    @Test
    void aTerminalsSizeIsSetThroughTheFifoBeforeAndAfterTheStart() throws Exception {
        try (var container = Monitored.create(
                        sh("stty size; sleep 0.4; stty size").onTerminal().with("--leave-stdin-open"))
                .created()) {
            var attached = container.attach();
            control(container, "1 33 77\n");
            Thread.sleep(50);
            container.start();
            Thread.sleep(150);
            control(container, "1 2000 80\n");
            Thread.sleep(10);
            control(container, "1 44 88\n");

            assertThat(Monitored.readAll(attached)).isEqualTo("2:33 77\r\n44 88\r\n");
        }
    }

    private static void control(Monitored container, String line) throws IOException {
        Files.writeString(container.file("ctl"), line, StandardOpenOption.WRITE);
    }

    @Test
    void theSyncPipeNamesTheReasonWhenTheProgramIsMissing() throws Exception {
        for (boolean tty : new boolean[] {false, true}) {
            var request = new Monitored.Request(base, List.of("/bin/nope"), tty, List.of(), 0, 3);
            try (var container = Monitored.create(request)) {
                assertThat(container.firstLine())
                        .startsWith("{\"data\": -1, \"message\": \"executable file `/bin/nope` not found");
                assertThat(container.read("oci-log")).contains("\"msg\":\"executable file `/bin/nope` not found");
                assertThat(container.exitCode(100)).isEmpty();
            }
        }
    }

    @Test
    void theSyncPipeMustNotBeAStandardStream() throws Exception {
        for (int number : new int[] {1, 2}) {
            try (var container = Monitored.create(sh("true").syncAt(number))) {
                assertThat(container.firstLine()).isNull();
                container.awaitPidFile();
            }
        }
    }

    @Test
    void theSocketIsReachedHoweverLongItsPathIs() throws Exception {
        Path deep = base.resolve("d".repeat(100)).resolve("e".repeat(100));
        Files.createDirectories(deep);
        var request = new Monitored.Request(deep, "echo far");
        try (var container = Monitored.create(request).created()) {
            var attached = container.attach();
            container.start();
            assertThat(Monitored.readAll(attached)).isEqualTo("2:far\n");
        }
    }

    @Test
    void logLinesKeepTheirFormWhateverTheContainerWrites() throws Exception {
        String hostile = "printf 'a\\0b\\r\\n2026-11-24T14:56:10.374798607+00:00 stdout F forged\\nlast'";
        try (var container = Monitored.create(sh("head -c 20000 /dev/zero | tr '\\0' x; echo; " + hostile))
                .created()) {
            Path zero = container.file("log");
            container.start();
            container.exitCode();

            assertThat(Files.exists(zero)).isTrue();
            assertThat(container.read("log").split("\n"))
                    .allMatch(
                            line -> line.matches(
                                    "(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}[+-]\\d\\d:\\d\\d (stdout|stderr) [FP] .*"))
                    .allMatch(line -> line.length() <= 45 + 8192)
                    .anyMatch(line -> line.endsWith(" stdout P last"))
                    .anyMatch(line -> line.endsWith(" stdout F a\0b\r"));
        }
    }

    @Test
    void aFullLogIsReplacedByAnEmptyOneUnderTheSameName() throws Exception {
        try (var container = Monitored.create(sh("for i in $(seq 1 300); do echo line $i; done")
                                .with("--log-size-max", "4096"))
                        .created();
                var open = Files.newByteChannel(container.file("log"))) {
            container.start();
            container.exitCode();

            assertThat(open.size()).as("the first file").isBetween(3000L, 4096L);
            assertThat(container.read("log")).contains("line 300\n").doesNotContain("line 1\n");
            assertThat(Files.exists(container.file("log.tmp"))).isFalse();
        }
    }

    @Test
    void aKilledMonitorLosesTheExitCodeAndNotTheContainer() throws Exception {
        try (var container = Monitored.create(sh("echo a; sleep 30")).created()) {
            var attached = container.attach();
            container.start();
            byte[] packet = new byte[10];
            assertThat(attached.read(packet)).isEqualTo(3);

            ProcessHandle.of(Long.parseLong(container.read("conmon.pid")))
                    .orElseThrow()
                    .destroyForcibly();

            assertThat(attached.read(packet)).isEqualTo(-1);
            assertThat(ProcessHandle.of(container.pid()).map(ProcessHandle::isAlive))
                    .contains(true);
            assertThatThrownBy(container::attach)
                    .isInstanceOfSatisfying(
                            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNREFUSED));
            Monitored.crun("kill", container.id.value(), "KILL");
            assertThat(container.exitCode(300)).isEmpty();
        }
    }

    @Test
    void runningOutOfMemoryLeavesAMark() throws Exception {
        try (var container = Monitored.create(
                        sh("a=x; while true; do a=$a$a; done").limitedTo(20 << 20))
                .created()) {
            container.start();

            assertThat(container.exitCode()).isEqualTo(137);
            assertThat(Files.exists(container.file("persist/oom"))).isTrue();
        }
    }

    @Test
    void anExecAttachedBeforeItRunsLosesNothingAndReportsItsCode() throws Exception {
        try (var container = Monitored.create(sh("sleep 30")).created()) {
            container.start();
            for (boolean tty : new boolean[] {false, true}) {
                var executed = container.exec(tty, "/bin/sh", "-c", "echo one; exit 3");

                assertThat(executed.syncLine()).matches("\\{\"data\": [0-9]+}");
                assertThat(Monitored.readAll(executed.streams())).isEqualTo(tty ? "2:one\r\n" : "2:one\n");
                assertThat(executed.sync().readLine()).isEqualTo("{\"data\": 3}");
                assertThat(executed.directory().resolve("exit").resolve(container.id.value()))
                        .hasContent("3");
            }
        }
    }

    @Test
    void aFailedExecEndsItsStreamsAndOnATerminalOnlyTheRuntimesLogSaysWhy() throws Exception {
        try (var container = Monitored.create(sh("sleep 30")).created()) {
            container.start();
            var plain = container.exec(false, "/bin/nope");
            var terminal = container.exec(true, "/bin/nope");

            assertThat(plain.syncLine())
                    .startsWith("{\"data\": -1, \"message\": \"executable file `/bin/nope` not found");
            assertThat(terminal.syncLine()).isNull();
            assertThat(Monitored.readAll(plain.streams())).isEmpty();
            assertThat(Monitored.readAll(terminal.streams())).isEmpty();
            assertThat(terminal.directory().resolve("oci-log"))
                    .content()
                    .contains("\"msg\":\"executable file `/bin/nope` not found");
        }
    }
}
