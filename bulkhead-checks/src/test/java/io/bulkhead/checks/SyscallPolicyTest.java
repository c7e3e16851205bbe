package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// System call policies given to the stock client, seen from inside: a static program makes one call, and its exit code
/// is the errno (`probe.c`). Numbers are of the x86-64 table.
@WithDaemon
class SyscallPolicyTest {

    private static final int ANSWER = 64;
    private static final int EPERM = ANSWER + 1;
    private static final int EACCES = ANSWER + 13;
    private static final int EFAULT = ANSWER + 14;
    private static final int ERANGE = ANSWER + 34;
    private static final int ENOSYS = ANSWER + 38;
    private static final int EAFNOSUPPORT = ANSWER + 97;
    private static final int KILLED_BY_SIGSYS = 128 + 31;
    private static final String RUNTIME =
            "capset execve prctl pselect6 read rt_sigaction rt_sigprocmask setresgid setresuid write close setgroups exit_group";
    private static final String GETCWD = "79";
    private static final String CLOCK_ADJTIME = "305";
    private static final String SOCKET = "41";

    @TempDir
    static Path directory;

    private final RunningDaemon daemon;

    SyscallPolicyTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeAll
    static void buildTheProbe() throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the probe is written for x86-64");
        assumeTrue(Command.onPath("gcc"), "needs gcc");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (InputStream source = SyscallPolicyTest.class.getResourceAsStream("probe.c")) {
            Files.write(directory.resolve("probe.c"), source.readAllBytes());
        }
        Command.run(
                        "gcc",
                        "-O1",
                        "-static",
                        "-nostdlib",
                        "-fno-stack-protector",
                        "-o",
                        directory.resolve("probe").toString(),
                        directory.resolve("probe.c").toString())
                .orFail();
    }

    /// @param options of `docker run`, separated by spaces
    private Ran probe(String options, String table, String number, String argument) {
        var command = new ArrayList<>(
                List.of("run", "--rm", "--network", "none", "-v", directory.resolve("probe") + ":/probe:ro"));
        Stream.of(options.split(" ", -1)).filter(word -> !word.isEmpty()).forEach(word -> {
            if (!word.startsWith("-")) {
                command.add("--security-opt");
            }
            command.add(word);
        });
        command.addAll(List.of(IMAGE, "/probe", table, number, argument, "1", "0"));
        return daemon.docker(command.toArray(String[]::new));
    }

    private int answer(String options, String table, String number, String argument) {
        Ran ran = probe(options, table, number, argument);
        assertThat(ran.exitCode()).as(ran.err()).isNotIn(125, 126, 127);
        return ran.exitCode();
    }

    @Test
    void aDeniedCallFailsWithTheErrnoThatWasAskedFor() {
        assertThat(answer("", "n", GETCWD, "0")).as("default").isEqualTo(ERANGE);
        assertThat(answer("seccomp:deny=getcwd", "n", GETCWD, "0")).isEqualTo(EPERM);
        assertThat(answer("seccomp:deny=getcwd seccomp:action=errno=EACCES", "n", GETCWD, "0"))
                .isEqualTo(EACCES);
        assertThat(answer("seccomp:deny=getcwd seccomp:action=kill", "n", GETCWD, "0"))
                .isEqualTo(KILLED_BY_SIGSYS);
    }

    @Test
    void anAllowedCallReachesTheKernel() {
        assertThat(answer("", "n", CLOCK_ADJTIME, "0")).as("default").isEqualTo(EPERM);
        assertThat(answer("seccomp:allow=clock_adjtime", "n", CLOCK_ADJTIME, "0"))
                .isEqualTo(EFAULT);
        assertThat(answer("seccomp:allow=@clock", "n", CLOCK_ADJTIME, "0")).isEqualTo(EFAULT);
    }

    @Test
    void ofTwoOptionsTheNarrowerWinsAndElseTheOneThatDenies() {
        assertThat(answer("seccomp:deny=getcwd seccomp:allow=getcwd", "n", GETCWD, "0"))
                .isEqualTo(EPERM);
        assertThat(answer("seccomp:allow=getcwd seccomp:deny=@file-system", "n", GETCWD, "0"))
                .isEqualTo(ERANGE);
    }

    @Test
    void aCanaryLetsThroughAllButTheTablesThatAreClosed() {
        assertThat(answer("seccomp:canary=on seccomp:deny=getcwd", "n", GETCWD, "0"))
                .isEqualTo(ERANGE);
        assertThat(answer("seccomp:canary=on seccomp:action=kill seccomp:deny=getcwd", "n", GETCWD, "0"))
                .isEqualTo(ERANGE);
        assertThat(answer("seccomp:canary=on", "x", "39", "0")).as("x32").isEqualTo(KILLED_BY_SIGSYS);
    }

    /// It can only be seen where the filter lets it pass.
    @Test
    void aCallWithoutANameIsToldWithTheRecording() {
        Ran _ = probe("seccomp:canary=on seccomp:record=unnamed", "n", "600", "0");

        Ran recorded =
                daemon.bulkheadCommand("seccomp", "recorded", "unnamed").run().orFail();
        assertThat(recorded.err()).contains("not in the profile", "x86_64 call 600");
        assertThat(recorded.said()).contains("REFUSED BY THIS PROFILE", "x86_64 call 600");
        assertThat(daemon.bulkheadCommand("seccomp", "recordings")
                        .run()
                        .orFail()
                        .said())
                .contains("(1 without a name)");
        // Also when the container is gone before the kernel's record comes.
        Eventually.holds(
                "the call is told",
                () -> daemon.bulkheadCommand("denials")
                        .run()
                        .orFail()
                        .said()
                        .contains("600 (x86_64), would be refused"));
    }

    /// What crun itself still has to call after it has loaded the filter is in the list too.
    @Test
    void onlyWhatIsNamedRunsAStaticProgram() {
        String only = "seccomp:deny=all "
                + Stream.of(RUNTIME.split(" ", -1))
                        .map(call -> "seccomp:allow=" + call)
                        .reduce("", (a, b) -> a + " " + b);

        assertThat(answer(only + " seccomp:allow=getcwd", "n", GETCWD, "0")).isEqualTo(ERANGE);
        assertThat(answer(only, "n", GETCWD, "0")).isEqualTo(EPERM);
        assertThat(answer(only, "n", "600", "0"))
                .as("a call nobody has heard of")
                .isEqualTo(ENOSYS);
    }

    @Test
    void aPolicyUnderWhichTheRuntimeCannotStartAProgramIsNamedAsTheReason() {
        Ran ran = probe("seccomp:deny=all seccomp:allow=getcwd", "n", GETCWD, "0");

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.err())
                .contains(
                        "system call policy refuses calls with which crun may start a program", " execve ", " prctl ");
    }

    @Test
    void aSocketFamilyIsOpenedByName() {
        assertThat(answer("", "n", SOCKET, "40")).as("default").isEqualTo(EAFNOSUPPORT);
        assertThat(answer("seccomp:allow:family=AF_VSOCK", "n", SOCKET, "40")).isNotIn(EAFNOSUPPORT, ENOSYS, EPERM);
        assertThat(answer("seccomp:allow:family=AF_VSOCK", "n", SOCKET, "38"))
                .as("AF_ALG")
                .isEqualTo(EAFNOSUPPORT);
        assertThat(answer("seccomp:deny:family=AF_UNIX", "n", SOCKET, "1")).isEqualTo(EAFNOSUPPORT);
        assertThat(answer("seccomp:deny:family=AF_UNIX", "n", SOCKET, "2")).isEqualTo(ANSWER);
    }

    @Test
    void anArchitectureIsOpenedByNameAndKeepsTheLimits() {
        assertThat(answer("seccomp:allow:arch=i386", "x", "39", "0")).as("x32").isEqualTo(KILLED_BY_SIGSYS);
        assumeTrue(
                answer("seccomp=unconfined", "i", "20", "0") == ANSWER,
                "needs a kernel with i386 calls: here int 0x80 faults without any filter");

        assertThat(answer("seccomp:allow:arch=i386", "i", "20", "0")).isEqualTo(ANSWER);
        assertThat(answer("seccomp:allow:arch=i386", "i", "102", "1"))
                .as("socketcall")
                .isEqualTo(EPERM);
        assertThat(answer("seccomp:allow:arch=i386", "i", "359", "38"))
                .as("socket AF_ALG")
                .isEqualTo(EAFNOSUPPORT);
        assertThat(answer("", "i", "20", "0")).as("default").isEqualTo(KILLED_BY_SIGSYS);
    }

    /// kexec_load: no capability opens it.
    @Test
    void privilegedKeepsAFilter() {
        assertThat(answer("--privileged", "n", "246", "0")).isEqualTo(EPERM);
        assertThat(answer("--privileged", "x", "39", "0")).isEqualTo(KILLED_BY_SIGSYS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seccomp:deny=getcwdd | did you mean getcwd?",
                "seccomp:deny=socketcall | exists only on i386",
                "seccomp:allow:family=AF_VSOK | did you mean AF_VSOCK?",
                "seccomp:action=kill seccomp:action=log | a policy has one action",
                "seccomp=unconfined seccomp:deny=getcwd | leave out one of both",
            })
    void whatMeansNothingIsRefusedWithAHint(String options, String hint) {
        Ran ran = probe(options, "n", GETCWD, "0");

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.err()).contains(hint);
    }

    @Test
    void aProfileIsTheBaseAndAnEmptyOneIsRefused() throws IOException {
        Path profile = directory.resolve("profile.json");
        Files.writeString(profile, """
                {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": ["getcwd"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13}]}
                """);
        Path empty = Files.createFile(directory.resolve("empty.json"));
        Path nothing = Files.writeString(directory.resolve("nothing.json"), "{}");

        assertThat(answer("seccomp=" + profile, "n", GETCWD, "0")).isEqualTo(EACCES);
        assertThat(answer("seccomp=" + profile, "n", CLOCK_ADJTIME, "0")).isEqualTo(EFAULT);
        assertThat(answer("seccomp=" + profile + " seccomp:deny=clock_adjtime", "n", CLOCK_ADJTIME, "0"))
                .isEqualTo(EPERM);
        assertThat(probe("seccomp=" + empty, "n", GETCWD, "0").exitCode()).isEqualTo(125);
        assertThat(probe("seccomp=" + nothing, "n", GETCWD, "0").err()).contains("`defaultAction` is missing");
    }

    @Test
    void inspectPrintsTheOptionsAndWhatTheyComeTo() {
        daemon.said(
                "create",
                "--name",
                "shown",
                "--cap-add",
                "SYS_TIME",
                "--security-opt",
                "seccomp:deny=getcwd",
                "--security-opt",
                "seccomp:allow:family=AF_VSOCK",
                IMAGE);

        assertThat(daemon.inspect("shown", "{{json .HostConfig.SecurityOpt}}"))
                .isEqualTo("[\"seccomp:deny=getcwd\",\"seccomp:allow:family=AF_VSOCK\"]");
        assertThat(daemon.inspect("shown", "{{json .Bulkhead.SeccompPolicy}}"))
                .contains("\"Rules\":[\"allow:family:AF_VSOCK\",\"deny:getcwd\"]")
                .contains("\"SYS_TIME\":[\"adjtimex\"", "\"Architectures\":[\"x86_64\"]");
        assertThat(daemon.inspect("shown", "{{json .Bulkhead.Privileges}}"))
                .isEqualTo("[\"added-capability:SYS_TIME\",\"allowed-socket-family:AF_VSOCK\"]");
    }

    @Test
    void aContainerThatIsStartedAgainHasTheSamePolicy() {
        daemon.docker(
                "run",
                "--name",
                "again",
                "--security-opt",
                "seccomp:deny=getcwd",
                "-v",
                directory.resolve("probe") + ":/probe:ro",
                IMAGE,
                "/probe",
                "n",
                GETCWD,
                "0",
                "1",
                "0");

        Ran second = daemon.docker("start", "-a", "again");

        assertThat(second.exitCode()).isEqualTo(EPERM);
    }
}
