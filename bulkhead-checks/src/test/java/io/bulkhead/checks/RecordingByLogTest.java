package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.kernel.AuditStream;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.SyscallRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Without eBPF the containers' filters tell what is called, and hold as before. A daemon of its own is told to.
@WithDaemon
@Timeout(180)
class RecordingByLogTest {

    private static final String[] PROGRAM = {
        "sh", "-c", "mkdir /tmp/made; chmod 700 /tmp/made; ls / | wc -l; unshare -U true || echo held"
    };

    @TempDir
    static Path temp;

    private static RunningDaemon logging;

    private final RunningDaemon usual;

    RecordingByLogTest(RunningDaemon usual) {
        this.usual = usual;
    }

    @BeforeAll
    static void begin() throws IOException {
        try (var _ = AuditStream.open(new Nobody())) {
            logging = RunningDaemon.startWith("containers: {recording: log}\n");
        } catch (KernelException unable) {
            assumeTrue(false, "the kernel's audit records cannot be read: " + unable.getMessage());
        }
        Path tar = temp.resolve("small.tar");
        SmallRoot.write(tar);
        logging.docker("import", "--change", "CMD [\"/bin/sh\"]", tar.toString(), IMAGE)
                .orFail();
    }

    private static final class Nobody implements AuditStream.Reader {
        @Override
        public void record(byte[] text, int length) {
            // nobody wants to know
        }

        @Override
        public void lost() {
            // nobody wants to know
        }
    }

    @AfterEach
    void removeContainers() {
        logging.removeContainers();
    }

    @AfterAll
    static void end() {
        if (logging != null) {
            logging.close();
        }
    }

    private static JsonNode recording(RunningDaemon daemon, String name) {
        return JsonMapper.shared()
                .readTree(daemon.bulkheadCommand("seccomp", "recorded", "--format", "json", name)
                        .run()
                        .orFail()
                        .said());
    }

    private static SortedSet<String> calls(RunningDaemon daemon, String name) {
        var calls = new TreeSet<String>();
        recording(daemon, name)
                .get("Calls")
                .forEach(call -> calls.add(call.get("Call").asString()));
        return calls;
    }

    private static String[] run(String option) {
        return new String[] {
            "run", "--rm", "--name", "recorded", "--security-opt", option, IMAGE, PROGRAM[0], PROGRAM[1], PROGRAM[2]
        };
    }

    @Test
    void callsAreRecordedWhileThePolicyHolds() throws IOException {
        String said = logging.said(run("seccomp:record=works"));

        assertThat(said).contains("held");
        assertThat(calls(logging, "works"))
                .contains("execve", "mkdir", "chmod", "getdents64", "wait4", "exit_group")
                .doesNotContain("unshare", "mount", "pivot_root");
        assertThat(recording(logging, "works").get("Methods").toString()).isEqualTo("[\"log\"]");
        assertThat(recording(logging, "works").get("Runs").asLong()).isEqualTo(1);
        assertThat(logging.bulkheadCommand("seccomp", "recordings")
                        .run()
                        .orFail()
                        .said())
                .contains("works: ", ", seen by log, ");
        String denials =
                logging.bulkheadCommand("denials", "recorded").run().orFail().said();
        assertThat(denials).contains("unshare (x86_64), refused with EPERM").doesNotContain("mkdir", "execve");
        assertThat(logging.said("info")).contains("recording: log (containers.recording is log)");

        Path profile = temp.resolve("works.json");
        Ran _ = logging.bulkheadCommand("seccomp", "recorded", "-o", profile.toString(), "works")
                .run()
                .orFail();
        assertThat(logging.said(run("seccomp=" + profile))).isEqualTo(said);
    }

    /// The other way of seeing is the oracle; this one may see more, which the runtime called on the way.
    @Test
    void nothingIsMissedThatTheProgramOfTheTracepointSees() {
        assumeTrue(SyscallRecorder.obstacle().isEmpty(), "needs a kernel that takes eBPF programs");
        logging.said(run("seccomp:record=compared"));
        usual.said(run("seccomp:record=compared"));

        assertThat(calls(logging, "compared")).containsAll(calls(usual, "compared"));
        assertThat(count(logging, "mkdir")).isEqualTo(count(usual, "mkdir")).isEqualTo(1);
        assertThat(count(logging, "exit_group")).isEqualTo(count(usual, "exit_group"));
        assertThat(usual.said("info")).contains("recording: ebpf");
    }

    private static long count(RunningDaemon daemon, String call) {
        return recording(daemon, "compared")
                .get("Calls")
                .valueStream()
                .filter(made -> made.get("Call").asString().equals(call))
                .mapToLong(made -> made.get("Count").asLong())
                .sum();
    }

    @Test
    void theNextDaemonGoesOn() {
        logging.said("run", "-d", "--name", "kept", "--security-opt", "seccomp:record=kept", IMAGE, "sleep", "100");
        logging.said("exec", "kept", "mkdir", "/tmp/made");
        Eventually.holds(
                "the call is stored",
                () -> Files.exists(logging.state().resolve("recordings/kept.json"))
                        && calls(logging, "kept").contains("mkdir"));
        logging.kill();
        logging.begin();
        logging.said("exec", "kept", "chmod", "700", "/tmp/made");
        logging.said("rm", "-f", "kept");

        assertThat(calls(logging, "kept")).contains("mkdir", "chmod");
        assertThat(recording(logging, "kept").get("Runs").asLong()).isEqualTo(1);
        assertThat(logging.bulkheadCommand("denials").run().orFail().said()).doesNotContain("chmod");
    }

    @Test
    void whatTheFilterCannotTellIsRefusedWithTheReason() {
        for (List<String> options : List.of(
                List.of("--security-opt", "seccomp=unconfined"),
                List.of("--security-opt", "seccomp:canary=on"),
                List.of("--userns=host"))) {
            var words = new java.util.ArrayList<>(List.of("run", "--rm", "--security-opt", "seccomp:record=never"));
            words.addAll(options);
            words.addAll(List.of(IMAGE, "true"));

            Ran refused = logging.docker(words.toArray(String[]::new));

            assertThat(refused.exitCode()).as("%s", options).isNotZero();
            assertThat(refused.err()).contains("containers.recording is log", "leave the option out");
        }
    }
}
