package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `bulkhead seccomp show`, `explain` and `diff` say, beside what the kernel does.
@WithDaemon
class SeccompShowTest {

    private final RunningDaemon daemon;

    @TempDir
    Path files;

    SeccompShowTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void theCallsAreThoseOfThisMachine() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "needs x86-64");
    }

    private Command seccomp(String... arguments) {
        return daemon.bulkheadCommand(
                Stream.concat(Stream.of("seccomp"), Stream.of(arguments)).toArray(String[]::new));
    }

    private String said(String... arguments) {
        return seccomp(arguments).run().orFail().said();
    }

    private JsonNode json(String... arguments) {
        return JsonMapper.shared().readTree(said(arguments));
    }

    @Test
    void whatIsShownIsWhatTheKernelHolds() {
        daemon.said("run", "-d", "--name", "shown", "--security-opt", "seccomp:deny=getcwd", IMAGE, "sleep", "100");

        JsonNode report = json("show", "shown", "--format", "json");
        JsonNode posture = JsonMapper.shared()
                .readTree(daemon.bulkheadCommand("posture", "--format", "json", "shown")
                        .run()
                        .orFail()
                        .said());

        assertThat(report.path("Rules").toString()).isEqualTo("[\"deny:getcwd\"]");
        int allowed = report.at("/Tables/0/Allowed").asInt();
        assertThat(posture.at("/OtherEngines/Docker").asInt()).isGreaterThan(900);
        int held = posture.at("/ReachableCalls/x86_64").asInt()
                + posture.at("/UnnamedNumbers/x86_64").asInt();
        assertThat(allowed)
                .as("calls newer than libseccomp are not in its filters")
                .isBetween(held, held + 20);
        assertThat(said("show", "shown"))
                .contains("policy:", "container shown", "deny:getcwd", "i386 0, the table is closed", "@kexec:");
        daemon.said("rm", "-f", "shown");
    }

    @Test
    void theOptionThatIsToldLiftsTheRefusal() {
        daemon.said("run", "-d", "--name", "explained", IMAGE, "sleep", "100");

        String refused = said("explain", "explained", "unshare");
        String known = json("explain", "explained", "socket", "AF_VSOCK", "--format", "json")
                .toString();

        assertThat(refused)
                .contains("unshare (x86_64 272), container explained", "refused with EPERM", "default-policy.txt line")
                .contains("changed by: --security-opt seccomp:allow:unshare");
        assertThat(known).contains("--security-opt seccomp:allow:family:AF_VSOCK");
        assertThat(daemon.docker("run", "--rm", IMAGE, "unshare", "-U", "true").exitCode())
                .isNotZero();
        daemon.said("run", "--rm", "--security-opt", "seccomp:allow=unshare", IMAGE, "unshare", "-U", "true");
        daemon.said("rm", "-f", "explained");
    }

    @Test
    void aProfileThatWasWrittenIsNoDifference() throws IOException {
        Path profile = files.resolve("default.json");
        Files.writeString(profile, said("show", "--format", "docker"));

        assertThat(said("diff", "default", profile.toString())).contains("no difference");
        List<String> lines = Files.readAllLines(profile);
        int names = lines.indexOf(lines.stream()
                .filter(line -> line.contains("\"getcwd\""))
                .findFirst()
                .orElseThrow());
        assertThat(said("explain", profile.toString(), "getcwd")).contains(" (line " + names + ")");
        assertThat(said("diff", "default", profile.toString(), "--security-opt", "seccomp:deny:getcwd"))
                .contains("x86_64: 0 gained, 1 lost", "  - getcwd");
        daemon.said("run", "--rm", "--security-opt", "seccomp=" + profile, IMAGE, "true");
    }

    @Test
    void filtersAreExported() throws IOException {
        Path program = files.resolve("filter.bpf");
        String pseudo = said("show", "--format", "pseudo");

        Process export = seccomp("show", "--format", "bpf")
                .start(ProcessBuilder.Redirect.to(program.toFile()), ProcessBuilder.Redirect.DISCARD);

        assertThat(pseudo).contains("# filter for syscall \"read\"");
        boolean _ = Eventually.value("the end of the export", export::isAlive, alive -> !alive);
        assertThat(export.exitValue()).isZero();
        assertThat(Files.size(program)).isPositive();
        assertThat(Files.size(program) % 8).isZero();
        assertThat(JsonMapper.shared()
                        .readTree(said("show", "--format", "oci"))
                        .path("defaultAction")
                        .asString())
                .isEqualTo("SCMP_ACT_ERRNO");
    }

    @Test
    void optionsInOneWordAreAPolicy() {
        String difference = said("diff", "default", "seccomp:deny:getcwd seccomp:allow:family:AF_VSOCK");

        assertThat(difference).contains("  - getcwd", "  + socket(AF_VSOCK)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "explain default opne | did you mean open",
                "explain default socketcall | exists only on i386",
                "explain default socket AF_VSOKC | did you mean AF_VSOCK",
                "explain --arch vax default read | no architecture is called",
                "explain default | CALL",
                "explain nobody read | No such container",
                "explain nobody read --cap-add SYS_TIME | whose policy no option changes",
                "show --format pdf | it is text, json, docker, oci, bpf or pseudo",
                "show /nowhere/profile.json | opening seccomp profile",
                "show --security-opt label=disable | only seccomp options",
                "diff default seccomp=unconfined | no filter to compare",
                "diff default | AFTER"
            })
    void whatCannotBeAnsweredSaysWhy(String line, String problem) {
        var ran = seccomp(line.strip().split(" ", -1)).run();

        assertThat(ran.exitCode()).isNotZero();
        assertThat(ran.err()).contains(problem);
    }

    @Test
    void theQuestionIsOnTheRecord() throws IOException {
        daemon.said("create", "--name", "asked", IMAGE, "true");

        said("explain", "asked", "read");

        List<String> lines = Command.text(daemon.state().resolve("audit/audit.log"))
                .lines()
                .filter(line -> line.contains("seccomp.read") && line.contains(" asked\""))
                .toList();
        assertThat(lines).isNotEmpty();
        daemon.said("rm", "asked");
    }
}
