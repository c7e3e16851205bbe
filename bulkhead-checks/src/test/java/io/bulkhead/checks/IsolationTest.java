package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds a container that was started without any option, seen from the host.
@WithDaemon
class IsolationTest {

    /// CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, SYS_CHROOT, SETFCAP.
    private static final String ELEVEN = "00000000800405fb";

    private final RunningDaemon daemon;

    IsolationTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    private String started(String name, String... options) {
        List<String> command = Stream.of(
                        Stream.of("run", "-d", "--name", name), Stream.of(options), Stream.of(IMAGE, "sleep", "1000"))
                .flatMap(words -> words)
                .toList();
        daemon.said(command.toArray(String[]::new));
        return daemon.inspect(name, "{{.State.Pid}}");
    }

    private static String proc(String pid, String file) throws IOException {
        return Command.text(Path.of("/proc", pid, file));
    }

    private static Map<String, String> status(String pid) throws IOException {
        return proc(pid, "status")
                .lines()
                .map(line -> line.split(":\\s*", 2))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }

    @Test
    void everyContainerHasAnIdRangeNobodyElseHas() throws IOException {
        String[] one = proc(started("one"), "uid_map").strip().split(" +", -1);
        String[] two = proc(started("two"), "uid_map").strip().split(" +", -1);

        assertThat(one[0]).isEqualTo("0");
        assertThat(one[2]).isEqualTo("65536");
        long first = Long.parseLong(one[1]);
        long second = Long.parseLong(two[1]);
        assertThat(Math.abs(first - second)).isGreaterThanOrEqualTo(65_536);
        for (String file : new String[] {"/etc/subuid", "/etc/subgid"}) {
            for (String line : Files.exists(Path.of(file)) ? Files.readAllLines(Path.of(file)) : List.<String>of()) {
                String[] fields = line.split(":", -1);
                long begin = Long.parseLong(fields[1]);
                long end = begin + Long.parseLong(fields[2]);
                assertThat(first + 65_536 <= begin || first >= end)
                        .as("apart from " + line)
                        .isTrue();
            }
        }
    }

    @Test
    void theProcessHasTheElevenCapabilitiesAFilterAndNobodysId() throws IOException {
        String pid = started("held");

        Map<String, String> status = status(pid);

        assertThat(status)
                .containsEntry("CapInh", "0000000000000000")
                .containsEntry("CapPrm", ELEVEN)
                .containsEntry("CapEff", ELEVEN)
                .containsEntry("CapBnd", ELEVEN)
                .containsEntry("CapAmb", "0000000000000000")
                .containsEntry("Seccomp", "2");
        assertThat(Long.parseLong(status.get("Uid").split("\t", -1)[0])).isGreaterThanOrEqualTo(3_000_000_000L);
    }

    /// Docker's default too: set-id programs of the image work, within its own ids.
    @Test
    void noNewPrivilegesCanBeAskedFor() throws IOException {
        assertThat(status(started("lax"))).containsEntry("NoNewPrivs", "0");
        assertThat(status(started("strict", "--security-opt", "no-new-privileges")))
                .containsEntry("NoNewPrivs", "1");
    }

    @Test
    void nothingIsInTheHostsNamespaces() throws IOException {
        String one = started("one");
        String two = started("two");

        for (String kind : new String[] {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"}) {
            Path own = Path.of("/proc/self/ns", kind);
            Path ofOne = Files.readSymbolicLink(Path.of("/proc", one, "ns", kind));
            assertThat(ofOne)
                    .as(kind)
                    .isNotEqualTo(Files.readSymbolicLink(own))
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc", two, "ns", kind)));
        }
    }

    @Test
    void onlyTheThreeFilesOfTheEngineComeFromTheHost() throws IOException {
        String mounts = proc(started("mounts"), "mountinfo");

        List<String> others = mounts.lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> !fields[4].equals("/") && !fields[4].matches("/(proc|sys|dev)(/.*)?"))
                .map(fields -> fields[4])
                .toList();

        assertThat(others).containsExactlyInAnyOrder("/etc/hostname", "/etc/hosts", "/etc/resolv.conf");
        assertThat(mounts.lines().filter(line -> line.split(" ", -1)[4].equals("/sys")))
                .singleElement()
                .asString()
                .contains(" ro,nosuid,nodev,noexec");
    }

    @Test
    void whatTheKernelTellsRootIsMasked() {
        Ran ran = daemon.run(
                IMAGE,
                "sh",
                "-c",
                "cat /proc/kcore /proc/keys /proc/timer_list | wc -c; ls /proc/acpi /sys/firmware | grep -v : | wc -w;"
                        + " echo 1 > /proc/sysrq-trigger; echo x > /proc/sys/kernel/core_pattern");

        assertThat(ran.lines()).containsExactly("0", "0");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("sysrq-trigger").contains("core_pattern");
    }

    /// CVE-2024-21626: the runtime left a descriptor of the host open.
    @Test
    void onlyTheThreeStreamsAreOpen() throws IOException {
        String pid = started("open");

        try (Stream<Path> descriptors = Files.list(Path.of("/proc", pid, "fd"))) {
            assertThat(descriptors.map(each -> each.getFileName().toString())).containsExactlyInAnyOrder("0", "1", "2");
        }
        // The fourth is the directory that ls reads.
        assertThat(daemon.said("exec", "open", "ls", "/proc/self/fd")).isEqualTo("0\n1\n2\n3");
    }

    /// CVE-2024-21626.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/proc/self/fd/3",
                "/proc/self/fd/7",
                "/proc/1/cwd",
                "/proc/self/fd/8/../../..",
                "//proc//self/fd/9"
            })
    void aWorkingDirectoryThatLeadsOutIsRefused(String directory) {
        Ran run = daemon.run("-w", directory, IMAGE, "pwd");
        started("inside");
        Ran exec = daemon.docker("exec", "-w", directory, "inside", "pwd");

        assertThat(run.exitCode()).isEqualTo(125);
        assertThat(run.out()).isEmpty();
        assertThat(exec.exitCode()).isNotZero();
        assertThat(exec.out()).doesNotStartWith("/");
    }

    /// CVE-2021-41091, CVE-2021-21284: the state could be passed through, or changed, by users of the host.
    @Test
    void usersOfTheHostCannotReachTheState() throws IOException {
        String pid = started("mapped");
        String root = status(pid).get("Uid").split("\t", -1)[0];

        for (String uid : new String[] {"65534", root}) {
            Ran look = Command.run(
                    "setpriv",
                    "--reuid",
                    uid,
                    "--clear-groups",
                    "ls",
                    daemon.state().resolve("images").toString());
            assertThat(look.exitCode()).isNotZero();
            assertThat(look.err()).contains("Permission denied");
            Ran write = Command.run(
                    "setpriv",
                    "--reuid",
                    uid,
                    "--clear-groups",
                    "touch",
                    daemon.state().resolve("x").toString());
            assertThat(write.err()).contains("Permission denied");
        }
    }

    @Test
    void writingInAContainerDoesNotChangeTheImage() throws IOException {
        String before = fingerprint(daemon.state().resolve("images"));

        daemon.run(IMAGE, "sh", "-c", "rm -rf /etc /home; echo x > /bin/busybox2; chmod 777 /bin; chown 5 /var")
                .orFail();

        assertThat(fingerprint(daemon.state().resolve("images"))).isEqualTo(before);
        assertThat(daemon.run(IMAGE, "stat", "-c", "%a %u", "/bin", "/var").said())
                .isEqualTo("755 0\n755 0");
    }

    private static String fingerprint(Path tree) {
        return Command.run(
                        "sh",
                        "-c",
                        "cd '" + tree + "' && find . -printf '%p %m %U:%G %s %T@ %l\\n' | sort | sha256sum; "
                                + "find . -type f | sort | xargs sha256sum | sha256sum")
                .orFail()
                .out();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount -t tmpfs x /tmp",
                "mount -o remount,rw /sys",
                "umount /proc/keys",
                "unshare -U true",
                "unshare -m true",
                "unshare -r true",
                "mknod /tmp/sda b 8 0",
                "hostname other",
                "reboot -f",
                "swapoff /etc/passwd",
                "chroot / mount -t proc proc /tmp",
                "ip link add type dummy",
                "sysctl -w kernel.hostname=x",
                "insmod /etc/passwd",
                "dmesg -c",
            })
    void whatWouldReachTheHostIsRefused(String attempt) {
        Ran ran = daemon.run(IMAGE, "sh", "-c", attempt);

        assertThat(ran.exitCode()).isNotZero();
        assertThat(ran.err())
                .containsAnyOf(
                        "not permitted", "ermission denied", "are you root", "Read-only", "Function not implemented");
    }

    @Test
    void theHostsProcessesAreOutOfSight() {
        assertThat(daemon.run(IMAGE, "sh", "-c", "ls /proc | grep -c '^[0-9]'; kill -0 2")
                        .lines())
                .first()
                .isIn("2", "3", "4");
    }

    @Test
    void theHostsOwnDeviceFilesStayAsTheyAre() throws IOException {
        daemon.run(IMAGE, "sh", "-c", "chmod 000 /dev/null /dev/zero; chown 5 /dev/full; true");

        for (String device : new String[] {"/dev/null", "/dev/zero", "/dev/full"}) {
            assertThat(Command.run("stat", "-c", "%u:%g %a", device).said())
                    .as(device)
                    .isEqualTo("0:0 666");
        }
    }
}
