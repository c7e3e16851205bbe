package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.kernel.AuditRules;
import io.bulkhead.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A policy is tried out: nothing is refused, and what would have been is told.
@WithDaemon
class CanaryTest {

    private static final String CANARY = "seccomp:canary=on";

    private final RunningDaemon daemon;

    CanaryTest(RunningDaemon daemon) {
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

    private List<JsonNode> told(String container, String call) {
        String json = daemon.bulkheadCommand("denials", "--format", "json", container)
                .run()
                .orFail()
                .said();
        return JsonMapper.shared()
                .readTree(json)
                .valueStream()
                .filter(denial -> denial.get("Call").asString().equals(call))
                .toList();
    }

    private JsonNode told(String container, String call, long times) {
        return Eventually.value(
                        call,
                        () -> told(container, call),
                        denials -> denials.stream()
                                .anyMatch(denial -> denial.get("Count").asLong() == times))
                .getFirst();
    }

    private List<String> recorded(String container, String call) throws IOException {
        return Command.text(daemon.state().resolve("audit/audit.log"))
                .lines()
                .filter(line -> line.contains("container.syscall") && line.contains(" " + container + "\""))
                .filter(line -> line.contains("syscall:x86_64:" + call))
                .toList();
    }

    @Test
    void whatTheDefaultWouldRefuseRunsAndIsTold() throws IOException {
        assertThat(daemon.run("--name", "held", IMAGE, "unshare", "-U", "true").exitCode())
                .isNotZero();

        daemon.said(
                "run",
                "-d",
                "--name",
                "canary",
                "--security-opt",
                CANARY,
                IMAGE,
                "sh",
                "-c",
                "unshare -U true && unshare -U true && echo both; sleep 100");
        JsonNode denial = told("canary", "unshare", 2);

        assertThat(daemon.said("logs", "canary")).isEqualTo("both");
        assertThat(denial.get("Enforced").asBoolean()).isFalse();
        assertThat(denial.get("Answer").asString()).isEqualTo("LOG");
        assertThat(denial.get("Outcome").asString()).isEqualTo("would be refused with EPERM");
        assertThat(denial.get("LiftedBy").asString()).contains("seccomp:allow:unshare");
        assertThat(recorded("canary", "unshare"))
                .singleElement()
                .asString()
                .contains("\"decision\":\"would be refused\"", "SYSCALL_CANARY");
        assertThat(recorded("held", "unshare")).singleElement().asString().contains("\"decision\":\"refused\"");
        assertThat(daemon.bulkheadCommand("denials", "canary").run().orFail().said())
                .contains("unshare (x86_64), would be refused with EPERM, 2 times");
    }

    /// The call that no rule names, which `seccomp:action:log` does not reach.
    @Test
    void aProfileIsTriedOutByCallsThatItDoesNotName(@TempDir Path directory) throws IOException {
        Path profile = directory.resolve("small.json");
        Files.writeString(profile, withoutChmod());
        String option = "seccomp=" + profile;
        assertThat(daemon.run("--security-opt", option, IMAGE, "chmod", "700", "/tmp")
                        .exitCode())
                .isNotZero();

        daemon.said(
                "run",
                "-d",
                "--name",
                "tried",
                "--security-opt",
                option,
                "--security-opt",
                CANARY,
                IMAGE,
                "sh",
                "-c",
                "chmod 700 /tmp; chmod 500 /tmp; ls -ld /tmp; sleep 100");
        JsonNode denial = told("tried", "chmod", 2);

        assertThat(daemon.said("logs", "tried")).startsWith("dr-x------");
        assertThat(denial.get("Outcome").asString()).isEqualTo("would be refused with ENOSYS");
        assertThat(denial.get("Rule").asString()).isEqualTo("the profile's defaultAction");
        assertThat(told("tried", "openat")).isEmpty();
    }

    private String withoutChmod() {
        String json = daemon.bulkheadCommand("seccomp", "show", "--format", "docker")
                .run()
                .orFail()
                .said();
        return json.replace("\"chmod\", ", "");
    }

    @Test
    void itIsSaidWhereverThePolicyIs() {
        Ran created = daemon.bulkheadCommand(
                        "create",
                        "--name",
                        "said",
                        "--security-opt",
                        "seccomp:canary",
                        "--security-opt",
                        "seccomp:deny:getcwd",
                        IMAGE,
                        "sleep",
                        "100")
                .run()
                .orFail();
        assertThat(created.err()).contains("seccomp:canary refuses no system call");
        daemon.said("start", "said");

        assertThat(daemon.inspect("said", "{{.Bulkhead.Seccomp}} {{.Bulkhead.SeccompPolicy.Enforced}}"))
                .isEqualTo("canary of default with rules false");
        assertThat(daemon.bulkheadCommand("seccomp", "show", "said")
                        .run()
                        .orFail()
                        .said())
                .contains("container said (canary: nothing is refused)", "what is refused below runs all the same");
        assertThat(daemon.bulkheadCommand("seccomp", "explain", "said", "getcwd")
                        .run()
                        .orFail()
                        .said())
                .contains(
                        "getcwd: let through and recorded by seccomp:canary; without it refused with EPERM",
                        "option seccomp:deny:getcwd");
        assertThat(daemon.bulkheadCommand("seccomp", "show", "--format", "oci", "said")
                        .run()
                        .orFail()
                        .said())
                .contains("\"defaultAction\" : \"SCMP_ACT_LOG\"");
        assertThat(daemon.bulkheadCommand("posture", "said").run().orFail().said())
                .contains("let through with a record");
    }

    @Test
    void whatCannotBeTriedOutIsRefused() {
        Ran both = daemon.docker(
                "create", "--security-opt", CANARY, "--security-opt", "seccomp=unconfined", IMAGE, "true");
        Ran off = daemon.docker("create", "--security-opt", "seccomp:canary=off", IMAGE, "true");
        Ran nothing =
                daemon.docker("create", "--security-opt", CANARY, "--security-opt", "seccomp:deny=all", IMAGE, "true");

        assertThat(both.err()).contains("no policy that seccomp:canary could try out");
        assertThat(off.err()).contains("it is canary=on, or left out");
        assertThat(nothing.err()).contains("the policy allows no call");
    }

    @Test
    void aCanaryThatSpinsIsMuted(@TempDir Path directory) throws IOException {
        Path program = DenialsTest.spinning(directory);
        daemon.said(
                "run",
                "-d",
                "--name",
                "spun",
                "--security-opt",
                CANARY,
                "-v",
                directory + ":/spin:ro",
                IMAGE,
                "/spin/" + program.getFileName());

        Eventually.holds("a mute", () -> AuditRules.muted().stream().anyMatch(DenialsTest::ours));
        assertThat(told("spun", "unshare").getFirst().get("CountIsLowerBound").asBoolean())
                .isTrue();
        daemon.said("rm", "-f", "spun");
        assertThat(recorded("spun", "unshare")).hasSize(1);
        Eventually.holds("no mute", () -> AuditRules.muted().stream().noneMatch(DenialsTest::ours));
    }
}
