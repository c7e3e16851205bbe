package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.AuditRules;
import io.bulkhead.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a filter refuses gets a name: which call, by which rule, lifted by what.
@WithDaemon
class DenialsTest {

    private final RunningDaemon daemon;

    DenialsTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void theKernelTells() {
        try {
            assumeTrue(AuditRules.muted().stream().noneMatch(DenialsTest::ours), "another daemon muted these ids");
        } catch (KernelException unable) {
            assumeTrue(false, "the kernel's audit rules cannot be read: " + unable.getMessage());
        }
    }

    static boolean ours(IdRange range) {
        return range.overlaps(new IdRange(3_000_000_000L, 100_000_000));
    }

    private List<JsonNode> denials(String container) {
        String json = daemon.bulkheadCommand("denials", "--format", "json", container)
                .run()
                .orFail()
                .said();
        return JsonMapper.shared().readTree(json).valueStream().toList();
    }

    /// How often, as far as it is known so far, `unshare` was refused.
    private long unshares(String container) {
        return denials(container).stream()
                .filter(DenialsTest::isUnshare)
                .mapToLong(denial -> denial.get("Count").asLong())
                .sum();
    }

    private JsonNode unshare(String container) {
        return denials(container).stream()
                .filter(DenialsTest::isUnshare)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isUnshare(JsonNode denial) {
        return denial.get("Call").asString().equals("unshare");
    }

    private List<String> recorded(String container) throws IOException {
        return Command.text(daemon.state().resolve("audit/audit.log"))
                .lines()
                .filter(line -> line.contains("container.syscall") && line.contains(" " + container + "\""))
                .filter(line -> line.contains("syscall:x86_64:unshare"))
                .toList();
    }

    @Test
    void aRefusedCallIsToldWithItsRuleAndWhatLiftsIt() throws IOException {
        daemon.said("run", "-d", "--name", "denied", IMAGE, "sh", "-c", "unshare -m true; unshare -m true; sleep 100");

        long _ = Eventually.value("refusals", () -> unshares("denied"), count -> count == 2);
        JsonNode denial = unshare("denied");

        assertThat(denial.get("Layer").asString()).isEqualTo("seccomp");
        assertThat(denial.get("Table").asString()).isEqualTo("x86_64");
        assertThat(denial.get("Image").asString()).isEqualTo(IMAGE);
        assertThat(denial.get("Command").asString()).isEqualTo("unshare");
        assertThat(denial.get("Answer").asString()).isEqualTo("ERRNO");
        assertThat(denial.get("Enforced").asBoolean()).isTrue();
        assertThat(denial.get("CountIsLowerBound").asBoolean()).isFalse();
        assertThat(denial.get("LiftedBy").asString()).contains("seccomp:allow:unshare");
        assertThat(recorded("denied"))
                .singleElement()
                .asString()
                .contains(IMAGE, "\"decision\":\"refused\"", "SYSCALL_FILTER");
        assertThat(daemon.bulkheadCommand("denials").run().orFail().said())
                .contains("denied (", "unshare (x86_64), refused with EPERM, 2 times", "rule:", "lifted by:");
        assertThat(daemon.log()).contains("system call refused", "call=unshare");
    }

    @Test
    void whatWasLiftedIsNotRefused() {
        daemon.said("run", "-d", "--name", "lifted", IMAGE, "sh", "-c", "unshare -m true; unshare -n true; sleep 100");
        long _ = Eventually.value("refusals", () -> unshares("lifted"), count -> count == 2);

        // `--security-opt seccomp:allow:unshare`, perhaps with another way after it; the stock client's spelling has
        // `=`.
        String[] words = unshare("lifted").get("LiftedBy").asString().split("[ ,]", -1);
        Ran ran = daemon.run(
                "--cap-add",
                "SYS_ADMIN",
                words[0],
                words[1].replace("seccomp:allow:", "seccomp:allow="),
                IMAGE,
                "unshare",
                "-m",
                "true");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    @Test
    void aContainerThatIsGoneIsStillTold() {
        daemon.run("--name", "gone", IMAGE, "unshare", "-m", "true");

        long count = Eventually.value("refusals", () -> unshares("gone"), found -> found > 0);

        assertThat(count).isEqualTo(1);
        assertThat(daemon.docker("inspect", "gone").exitCode()).isEqualTo(1);
    }

    @Test
    void aContainerThatNobodyKnowsIsAnError() {
        Ran ran = daemon.bulkheadCommand("denials", "nobody").run();

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("No such container: nobody");
    }

    /// A loop of refused calls must neither flood the record nor slow the host.
    @Test
    void aContainerThatSpinsOnARefusedCallIsMuted(@TempDir Path directory) throws Exception {
        Path program = spinning(directory);
        daemon.said(
                "run", "-d", "--name", "spin", "-v", directory + ":/spin:ro", IMAGE, "/spin/" + program.getFileName());

        Eventually.holds("a mute", () -> AuditRules.muted().stream().anyMatch(DenialsTest::ours));
        JsonNode before = unshare("spin");
        Thread.sleep(2000);
        JsonNode after = unshare("spin");
        daemon.said("rm", "-f", "spin");

        assertThat(before.get("CountIsLowerBound").asBoolean()).isTrue();
        assertThat(after.get("Count").asLong() - before.get("Count").asLong()).isLessThan(100_000);
        assertThat(recorded("spin")).hasSize(1);
        Eventually.holds("no mute", () -> AuditRules.muted().stream().noneMatch(DenialsTest::ours));
    }

    /// Thousands of times a second. Without a pause the kernel itself may put the caller to sleep for a minute: its
    /// audit_log_start does not look again for room once it has decided to wait. Then nothing floods.
    static Path spinning(Path directory) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "gcc is not installed");
        Files.writeString(directory.resolve("spin.c"), """
                #define _GNU_SOURCE
                #include <sched.h>
                #include <time.h>
                #include <unistd.h>
                int main(void) {
                    struct timespec pause = {0, 20000};
                    fork();
                    fork();
                    for (;;) { unshare(CLONE_NEWNS); nanosleep(&pause, 0); }
                }
                """);
        Path program = directory.resolve("spin");
        Ran _ = Command.run(
                        "gcc",
                        "-static",
                        "-o",
                        program.toString(),
                        directory.resolve("spin.c").toString())
                .orFail();
        // The test's directory is closed to others, and root in a container is one.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }
}
