package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.capability.Capability;
import io.bulkhead.kernel.Pidfd;
import io.bulkhead.kernel.ProcessStatus;
import io.bulkhead.kernel.SyscallTables;
import io.bulkhead.seccomp.DefaultPolicy;
import io.bulkhead.seccomp.SeccompProfile;
import io.bulkhead.seccomp.SyscallTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Measures real processes: one that crun confined by the default policy, and one that nobody confined.
@Timeout(60)
class PostureReaderTest {

    private static final int FIRST_ID = 3_000_000;

    /// Bits 0, 1, 3 to 8, 10, 18 and 31 (capabilities(7)).
    private static final String DEFAULT_CAPABILITIES = "00000000800405fb";

    private static final List<String> CAPABILITIES =
            Capability.DEFAULTS.stream().map(Capability::kernelName).sorted().toList();

    @TempDir
    Path bundle;

    @BeforeEach
    void needsRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: only CAP_SYS_ADMIN reads filters");
        assumeTrue(
                ProcessStatus.of((int) ProcessHandle.current().pid())
                                .orElseThrow()
                                .number("Seccomp")
                        == 0,
                "needs a reader without a filter");
    }

    /// A process that ends when its input does, and is no child of this one.
    private record Running(Process parent, int pid) implements AutoCloseable {

        Posture posture() {
            return new PostureReader().read(pid, Pidfd.startTime(pid).orElseThrow());
        }

        @Override
        public void close() throws IOException {
            parent.getOutputStream().close();
            try {
                parent.waitFor();
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Running unconfined() throws IOException {
        Process parent = new ProcessBuilder("sh", "-c", "exec 3<&0; sh -c 'echo $$; exec cat' <&3 & wait")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Running(
                parent, Integer.parseInt(parent.inputReader().readLine().strip()));
    }

    private Running contained() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/crun")), "needs crun");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/busybox")), "needs busybox-static");
        // the container's root passes through here as somebody else
        Files.setPosixFilePermissions(bundle, PosixFilePermissions.fromString("rwx--x--x"));
        for (String directory : List.of("rootfs", "rootfs/dev", "rootfs/proc", "rootfs/sys")) {
            Path made = Files.createDirectory(bundle.resolve(directory));
            Files.setAttribute(made, "unix:uid", FIRST_ID);
        }
        Files.copy(Path.of("/usr/bin/busybox"), bundle.resolve("rootfs/busybox"));
        Files.setPosixFilePermissions(bundle.resolve("rootfs/busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
        JsonMapper.shared().writeValue(bundle.resolve("config.json").toFile(), config());
        // crun 1.8 refuses a host with both kinds of cgroups unless the second kind is out of its sight
        String script = "umount /sys/fs/cgroup/unified 2>/dev/null; "
                + "exec crun --root \"$0/run\" run -b \"$0\" --pid-file \"$0/pid\" \"$1\"";
        Process crun = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "slave",
                        "sh",
                        "-c",
                        script,
                        bundle.toString(),
                        "bulkhead-posture-" + ProcessHandle.current().pid())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(crun.inputReader().readLine()).isEqualTo("ready");
        return new Running(crun, writtenPid());
    }

    /// crun writes it while the program runs already.
    private int writtenPid() throws IOException {
        Path file = bundle.resolve("pid");
        for (int i = 0; i < 1000; i++) {
            String written = Files.exists(file) ? Files.readString(file).strip() : "";
            if (!written.isEmpty()) {
                return Integer.parseInt(written);
            }
            LockSupport.parkNanos(10_000_000);
        }
        throw new IllegalStateException("crun has not written a pid");
    }

    private static Map<String, Object> config() {
        List<Map<String, Integer>> map = List.of(Map.of("containerID", 0, "hostID", FIRST_ID, "size", 65_536));
        var process = Map.of(
                "args",
                List.of("/busybox", "sh", "-c", "echo ready; exec /busybox cat"),
                "cwd",
                "/",
                "noNewPrivileges",
                true,
                "user",
                Map.of("uid", 0, "gid", 0),
                "capabilities",
                Map.of("bounding", CAPABILITIES, "permitted", CAPABILITIES, "effective", CAPABILITIES));
        var linux = Map.of(
                "cgroupsPath",
                "/bulkhead-posture-" + ProcessHandle.current().pid(),
                "uidMappings",
                map,
                "gidMappings",
                map,
                "namespaces",
                List.of("user", "mount", "pid", "network", "ipc", "uts").stream()
                        .map(type -> Map.of("type", type))
                        .toList(),
                "seccomp",
                seccomp(DefaultPolicy.resolve(Capability.DEFAULTS, "SCMP_ARCH_X86_64")));
        return Map.of(
                "ociVersion",
                "1.0.2",
                "root",
                Map.of("path", "rootfs", "readonly", true),
                "process",
                process,
                "mounts",
                List.of(
                        Map.of("destination", "/proc", "type", "proc", "source", "proc"),
                        Map.of("destination", "/dev", "type", "tmpfs", "source", "tmpfs")),
                "linux",
                linux);
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

    @Test
    void aContainerOfTheDefaultPolicyReachesTheNativeTableOnly() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the policy is resolved for x86-64");

        try (Running container = contained()) {
            long begin = System.nanoTime();
            Posture posture = container.posture();

            System.out.println("default policy: " + posture.reachableCalls() + ", unnamed " + posture.unnamedNumbers()
                    + " (" + posture.callsNamedBy() + "), measured in " + (System.nanoTime() - begin) / 1_000_000
                    + " ms");
            assertThat(posture.filters()).isEqualTo(1);
            assertThat(posture.seccompMode()).isEqualTo(2);
            assertThat(posture.reachableCalls().get("x86_64")).isBetween(250, 330);
            assertThat(posture.reachableCalls()).containsEntry("i386", 0).containsEntry("x32", 0);
            assertThat(posture.unnamedNumbers()).containsEntry("i386", 0).containsEntry("x32", 0);
            assertThat(posture.noNewPrivileges()).isTrue();
        }
    }

    @Test
    void mapsCapabilitiesNamespacesAndMountsAreThoseOfTheContainer() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the policy is resolved for x86-64");

        try (Running container = contained()) {
            Posture posture = container.posture();

            assertThat(posture.uidMap()).containsExactly("0 " + FIRST_ID + " 65536");
            assertThat(posture.gidMap()).containsExactly("0 " + FIRST_ID + " 65536");
            assertThat(posture.capabilities())
                    .containsOnlyKeys("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
                    .containsEntry("CapEff", DEFAULT_CAPABILITIES)
                    .containsEntry("CapBnd", DEFAULT_CAPABILITIES);
            assertThat(posture.namespaces()).containsOnlyKeys("user", "mnt", "pid", "net", "ipc", "uts");
            assertThat(posture.mounts())
                    .anyMatch(mount -> mount.matches("/ \\w+ ro,.*|/ \\w+ .*,ro.*"))
                    .anyMatch(mount -> mount.startsWith("/proc proc "))
                    .noneMatch(mount -> mount.contains(bundle.toString()));
        }
    }

    @Test
    void aProcessNobodyConfinedReachesEverything() throws Exception {
        var tables = SyscallTables.ofHost();

        try (Running process = unconfined()) {
            Posture posture = process.posture();

            assertThat(posture.filters()).isZero();
            assertThat(posture.noNewPrivileges()).isFalse();
            for (SyscallTable table : SyscallTable.ofMachine(System.getProperty("os.arch"))) {
                assertThat(posture.reachableCalls())
                        .containsEntry(table.label(), (int) tables.calls(table).count());
            }
            assertThat(posture.namespaces()).doesNotContainKey("user");
        }
    }

    @Test
    void aProcessThatHasEndedHasNoPosture() throws Exception {
        Running process = unconfined();
        long started = Pidfd.startTime(process.pid()).orElseThrow();
        process.close();

        assertThatThrownBy(() -> new PostureReader().read(process.pid(), started))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        gone -> assertThat(gone.reason()).isEqualTo(EngineException.Reason.CONFLICT));
    }

    @Test
    void aMountShowsNoPathOfTheHost() {
        String overlay = "812 811 0:61 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/var/lib/x,upperdir=/y";
        String bind = "813 812 8:1 /srv/secret /data\\040x rw,nosuid,nodev - ext4 /dev/sda1 ro,errors=remount-ro";
        String nameless = "814 812 0:62 / /t rw - tmpfs  rw,size=1k";

        assertThat(ProcessFiles.mount(overlay)).isEqualTo("/ overlay rw,relatime");
        assertThat(ProcessFiles.mount(bind)).isEqualTo("/data\\040x ext4 nosuid,nodev,ro");
        assertThat(ProcessFiles.mount(nameless)).isEqualTo("/t tmpfs rw");
    }
}
