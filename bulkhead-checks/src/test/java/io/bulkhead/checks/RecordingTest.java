package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.kernel.SyscallRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What containers call is learned, and what is learned is enough to run them.
@WithDaemon
class RecordingTest {

    private static final String RECORDED = "recorded";

    @TempDir
    static Path temp;

    private final RunningDaemon daemon;

    RecordingTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void theKernelCounts() {
        Optional<String> obstacle = SyscallRecorder.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "needs a kernel that takes eBPF programs: " + obstacle);
    }

    private static String recording(String name) {
        return "seccomp:record=" + name;
    }

    private JsonNode counts(String name) {
        return JsonMapper.shared()
                .readTree(daemon.bulkheadCommand("seccomp", RECORDED, "--format", "json", name)
                        .run()
                        .orFail()
                        .said());
    }

    private SortedSet<String> calls(String name) {
        var calls = new TreeSet<String>();
        counts(name).get("Calls").forEach(call -> calls.add(call.get("Call").asString()));
        return calls;
    }

    private String profile(String name) {
        Path file = temp.resolve(name + ".json");
        daemon.bulkheadCommand("seccomp", RECORDED, "-o", file.toString(), name)
                .run()
                .orFail();
        return file.toString();
    }

    private static SortedSet<String> allowed(String file) throws IOException {
        var allowed = new TreeSet<String>();
        for (JsonNode entry :
                JsonMapper.shared().readTree(Files.readString(Path.of(file))).get("syscalls")) {
            if (entry.get("action").asString().equals("SCMP_ACT_ALLOW")) {
                entry.get("names").forEach(name -> allowed.add(name.asString()));
            }
        }
        return allowed;
    }

    @Test
    void aProgramRunsUnderTheProfileThatWasRecordedOfIt() throws IOException {
        String[] program = {"sh", "-c", "ls -l / | wc -l; echo done > /tmp/x; cat /tmp/x; (sleep 0.1)"};
        daemon.said(with("run", "--rm", "--security-opt", recording("works"), IMAGE, program));

        String profile = profile("works");
        String said = daemon.said(with("run", "--rm", "--security-opt", "seccomp=" + profile, IMAGE, program));

        assertThat(said).contains("done");
        assertThat(calls("works")).contains("execve", "getdents64", "wait4").doesNotContain("mount", "pivot_root");
        assertThat(allowed(profile)).hasSizeLessThan(100).containsAll(calls("works"));
        assertThat(counts("works").get("Runs").asLong()).isEqualTo(1);
        Ran other = daemon.docker("run", "--rm", "--security-opt", "seccomp=" + profile, IMAGE, "chmod", "700", "/tmp");
        assertThat(other.exitCode()).isNotZero();
    }

    private static String[] with(String run, String rm, String option, String value, String image, String... program) {
        var words = new java.util.ArrayList<>(java.util.List.of(run, rm, option, value, image));
        words.addAll(java.util.List.of(program));
        return words.toArray(String[]::new);
    }

    @Test
    void furtherProgramsAndRunsAreRecordedToo() {
        daemon.said("run", "-d", "--name", "long", "--security-opt", recording("long"), IMAGE, "sleep", "100");
        daemon.said("exec", "long", "mkdir", "/tmp/made");
        daemon.said("restart", "-t", "0", "long");
        daemon.said("exec", "long", "sh", "-c", "ln -s a /tmp/b & wait");
        daemon.said("rm", "-f", "long");

        assertThat(calls("long")).contains("mkdir", "symlink", "wait4").doesNotContain("setns", "seccomp");
        assertThat(counts("long").get("Runs").asLong()).isEqualTo(2);
    }

    @Test
    void twoRecordingsAtOnceDoNotMix() {
        daemon.said("run", "-d", "--name", "one", "--security-opt", recording("one"), IMAGE, "sleep", "100");
        daemon.said("run", "-d", "--name", "two", "--security-opt", recording("two"), IMAGE, "sleep", "100");
        daemon.said("exec", "one", "mkdir", "/tmp/made");
        daemon.said("exec", "two", "chmod", "700", "/tmp");
        daemon.said("rm", "-f", "one", "two");

        assertThat(calls("one")).contains("mkdir").doesNotContain("chmod");
        assertThat(calls("two")).contains("chmod").doesNotContain("mkdir");
    }

    @Test
    void aContainerWithTheHostsIdsIsRecordedByItsPidNamespace() {
        daemon.said("run", "--rm", "--userns=host", "--security-opt", recording("host"), IMAGE, "mkdir", "/tmp/made");

        assertThat(calls("host")).contains("mkdir").doesNotContain("epoll_pwait", "mount");
        Ran refused = daemon.docker(
                "run", "--rm", "--userns=host", "--pid=host", "--security-opt", recording("nobody"), IMAGE, "true");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("nothing tells the container's calls from others'");
    }

    @Test
    void aKilledDaemonLosesLittleAndLeavesNoProgramAttached() throws IOException, InterruptedException {
        daemon.said("run", "-d", "--name", "killed", "--security-opt", recording("killed"), IMAGE, "sleep", "100");
        daemon.said("exec", "killed", "mkdir", "/tmp/made");
        Eventually.holds(
                "the call is stored",
                () -> Files.exists(file("killed")) && calls("killed").contains("mkdir"));
        daemon.kill();
        assertThat(Command.text(file("killed"))).contains("\"mkdir\"");
        assertThat(programs()).isZero();

        daemon.begin();
        daemon.said("exec", "killed", "chmod", "700", "/tmp/made");
        daemon.said("rm", "-f", "killed");

        assertThat(calls("killed")).contains("mkdir", "chmod");
        assertThat(counts("killed").get("Runs").asLong()).isEqualTo(1);
        assertThat(programs()).isZero();
    }

    private Path file(String name) {
        return daemon.state().resolve("recordings/" + name + ".json");
    }

    /// Programs of recordings that any process of the host holds.
    private static long programs() throws IOException {
        long found = 0;
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try (var descriptors = Files.newDirectoryStream(process.resolve("fdinfo"))) {
                    for (Path each : descriptors) {
                        found += Files.readString(each).contains("sys_enter") ? 1 : 0;
                    }
                } catch (IOException ended) {
                    // it, or its descriptor, is gone
                }
            }
        }
        return found;
    }

    @Test
    void recordingsAreMadeListedAndRemovedByTheOwnClient() {
        daemon.bulkheadCommand("seccomp", "record", "own", "--", "run", "--rm", IMAGE, "true")
                .run()
                .orFail();

        assertThat(daemon.bulkheadCommand("seccomp", "recordings")
                        .run()
                        .orFail()
                        .said())
                .contains("own: ", " in 1 runs of " + IMAGE);
        assertThat(daemon.bulkheadCommand("seccomp", RECORDED, "own")
                        .run()
                        .orFail()
                        .said())
                .contains("\"comment\" : \"recorded, @process", "SCMP_ACT_ALLOW");
        daemon.bulkheadCommand("seccomp", "recordings", "--rm", "own").run().orFail();
        Ran gone = daemon.bulkheadCommand("seccomp", RECORDED, "own").run();
        assertThat(gone.exitCode()).isEqualTo(1);
        assertThat(gone.err()).contains("No such recording: own");
        Ran wrong = daemon.docker("run", "--rm", "--security-opt", recording("../own"), IMAGE, "true");
        assertThat(wrong.err()).contains("is no name for a recording");
    }
}
