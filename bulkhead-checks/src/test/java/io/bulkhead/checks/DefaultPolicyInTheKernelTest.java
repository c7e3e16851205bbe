package io.bulkhead.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.DefaultPolicy;
import io.bulkhead.seccomp.SeccompProfile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// Loads the default policy into the kernel with the real runtime and makes the calls from inside. The user namespace
/// is
/// left out: what is refused here is refused by the filter alone.
class DefaultPolicyInTheKernelTest {

    /// The probe adds this to an errno, so that no failure of the runtime looks like an answer of the kernel.
    private static final int ANSWER = 64;

    private static final int EPERM = ANSWER + 1;
    private static final int ENOSYS = ANSWER + 38;
    private static final int EAFNOSUPPORT = ANSWER + 97;
    private static final int KILLED_BY_SIGSYS = 128 + 31;

    /// Enough for most of the calls to succeed, were it not for the filter.
    private static final Map<String, List<String>> CAPABILITIES = Map.of(
            "bounding", List.of("CAP_SYS_ADMIN"),
            "permitted", List.of("CAP_SYS_ADMIN"),
            "effective", List.of("CAP_SYS_ADMIN"));

    @TempDir
    static Path bundle;

    @BeforeAll
    static void buildTheProbe() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the probe is written for x86-64");
        assumeTrue("root".equals(System.getProperty("user.name")), "crun is run as root");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/crun")), "crun is not installed");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "gcc is not installed");
        Files.createDirectories(bundle.resolve("rootfs/dev"));
        Files.createDirectories(bundle.resolve("rootfs/proc"));
        try (InputStream source = DefaultPolicyInTheKernelTest.class.getResourceAsStream("probe.c")) {
            Files.write(bundle.resolve("probe.c"), source.readAllBytes());
        }
        Path probe = bundle.resolve("rootfs/probe");
        assertThat(exitCode(List.of(
                        "gcc",
                        "-O1",
                        "-static",
                        "-nostdlib",
                        "-fno-stack-protector",
                        "-o",
                        probe.toString(),
                        bundle.resolve("probe.c").toString())))
                .isZero();
    }

    @Test
    void anAllowedCallWorks() throws Exception {
        assertThat(call("n", 102, 0, 0, 0)).as("getuid").isEqualTo(ANSWER);
    }

    /// Numbers of the x86-64 table.
    @ParameterizedTest
    @CsvSource({
        "mount, 165",
        "unshare, 272",
        "setns, 308",
        "fsopen, 430",
        "open_tree, 428",
        "bpf, 321",
        "perf_event_open, 298",
        "userfaultfd, 323",
        "io_uring_setup, 425",
        "add_key, 248",
        "keyctl, 250",
        "init_module, 175",
        "finit_module, 313",
        "delete_module, 176",
        "kexec_load, 246",
        "kexec_file_load, 320",
        "open_by_handle_at, 304",
        "iopl, 172",
        "ioperm, 173",
        "swapon, 167",
        "swapoff, 168",
        "sysfs, 139",
        "adjtimex, 159",
        "clock_adjtime, 305",
        "lookup_dcookie, 212",
        "fanotify_init, 300",
        "kcmp, 312",
        "reboot, 169",
        "syslog, 103"
    })
    void aDangerousCallIsForbidden(String name, int number) throws Exception {
        assertThat(call("n", number, 0, 0, 0)).as(name).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @CsvSource({"clone3, 435", "a call nobody has heard of, 600"})
    void aCallThePolicyDoesNotKnowSeemsNotToExist(String name, int number) throws Exception {
        assertThat(call("n", number, 0, 0, 0)).as(name).isEqualTo(ENOSYS);
    }

    @Test
    void cloneMakesNoNamespace() throws Exception {
        assertThat(call("n", 56, 0x1000_0000, 0, 0)).isEqualTo(ENOSYS);
    }

    @ParameterizedTest
    @CsvSource({"AF_UNIX, 1", "AF_INET, 2", "AF_INET6, 10", "AF_NETLINK, 16"})
    void aNamedSocketFamilyReachesTheKernel(String family, int number) throws Exception {
        assertThat(call("n", 41, number, 99, 0))
                .as(family)
                .isGreaterThan(ANSWER)
                .isNotIn(ENOSYS, EPERM, KILLED_BY_SIGSYS);
    }

    @ParameterizedTest
    @CsvSource({"AF_AX25, 3", "AF_KEY, 15", "AF_PACKET, 17", "AF_ALG, 38", "AF_VSOCK, 40", "AF_XDP, 44"})
    void anyOtherSocketFamilyIsNotThere(String family, int number) throws Exception {
        assertThat(call("n", 41, number, 5, 0)).as(family).isEqualTo(EAFNOSUPPORT);
    }

    /// CVE-2026-31431: the same family through the other two tables ends the process.
    @ParameterizedTest
    @CsvSource({
        "i386 socketcall, i, 102, 1",
        "i386 socket, i, 359, 38",
        "x32 socket, x, 41, 38",
        "i386 getpid, i, 20, 0"
    })
    void aForeignTableEndsTheProcess(String name, String table, int number, int argument) throws Exception {
        assumeTrue(
                !table.equals("i") || int80Answers(),
                "needs a kernel with i386 calls: here int 0x80 faults without any filter");

        assertThat(call(table, number, argument, 5, 0)).as(name).isEqualTo(KILLED_BY_SIGSYS);
    }

    /// Some virtual machines switch the i386 table off; then there is nothing left for a filter to refuse.
    private static boolean int80Answers() throws Exception {
        return exitCode(List.of(bundle.resolve("rootfs/probe").toString(), "i", "20", "0", "0", "0")) == ANSWER;
    }

    private static int call(String table, long number, long a, long b, long c) throws Exception {
        var command = List.of("/probe", table, "" + number, "" + a, "" + b, "" + c);
        JsonMapper.shared().writeValue(bundle.resolve("config.json").toFile(), config(command));
        // crun 1.8 refuses a host with both kinds of cgroups unless the second kind is out of its sight
        String script = "umount /sys/fs/cgroup/unified 2>/dev/null; exec crun --root \"$0/run\" run -b \"$0\" \"$1\"";
        return exitCode(List.of(
                "unshare",
                "--mount",
                "--propagation",
                "slave",
                "sh",
                "-c",
                script,
                bundle.toString(),
                "bulkhead-policy-" + ProcessHandle.current().pid()));
    }

    private static Map<String, Object> config(List<String> command) {
        return Map.of(
                "ociVersion",
                "1.0.2",
                "root",
                Map.of("path", "rootfs"),
                "process",
                Map.of("args", command, "cwd", "/", "user", Map.of("uid", 0, "gid", 0), "capabilities", CAPABILITIES),
                "mounts",
                List.of(
                        Map.of("destination", "/proc", "type", "proc", "source", "proc"),
                        Map.of("destination", "/dev", "type", "tmpfs", "source", "tmpfs")),
                "linux",
                Map.of(
                        "cgroupsPath",
                        "/bulkhead-policy-" + ProcessHandle.current().pid(),
                        "namespaces",
                        List.of(Map.of("type", "mount"), Map.of("type", "pid"), Map.of("type", "network")),
                        "seccomp",
                        seccomp(DefaultPolicy.resolve(Capability.DEFAULTS, "SCMP_ARCH_X86_64"))));
    }

    private static Map<String, Object> seccomp(SeccompProfile profile) {
        var rules = new ArrayList<Map<String, Object>>();
        for (SeccompProfile.Rule rule : profile.syscalls()) {
            var json = new LinkedHashMap<String, Object>();
            json.put("names", rule.names());
            json.put("action", rule.action().name());
            rule.errnoRet().ifPresent(errno -> json.put("errnoRet", errno));
            json.put("args", rule.args());
            rules.add(json);
        }
        return Map.of(
                "defaultAction",
                profile.defaultAction().name(),
                "defaultErrnoRet",
                profile.defaultErrnoRet().orElseThrow(),
                "architectures",
                profile.architectures(),
                "syscalls",
                rules);
    }

    private static int exitCode(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (!output.isBlank()) {
            System.out.println(output);
        }
        return code;
    }
}
