package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an engine can do besides, with each kind of user namespace: devices, owners, joined namespaces, packet filters.
@WithDaemon
class EveryModeTest {

    /// With the programs of the host that busybox has no like of.
    private static final String TOOLS = "tools:1";

    /// Root's alone on the host: whoever may use it inside does so by a node of the container's own.
    private static final List<Path> ROOTS_OWN =
            List.of(Path.of("/dev/fuse"), Path.of("/dev/kvm"), Path.of("/dev/hwrng"));

    /// Asks for an answer without a raw socket, as ping does (icmp(7), ping_group_range).
    private static final String PING = """
            socket(S,2,2,1) or die "socket: $!"; $SIG{ALRM}=sub{die "no answer"}; alarm 5;
            send(S,pack("CCnnn",8,0,0,0,1)."hello",0,pack("Sna4x8",2,0,pack("C4",split/[.]/,$ARGV[0]))) or die "send: $!";
            recv(S,$r,100,0); print unpack("C",$r)==0?"pong":"other"
            """;

    private static final String GATEWAY = "$(ip route | sed -n 's/^default via \\([^ ]*\\).*/\\1/p')";

    private final RunningDaemon daemon;

    EveryModeTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeAll
    static void tools(RunningDaemon daemon) throws IOException {
        Path tar = daemon.home().resolve("tools.tar");
        SmallRoot.write(tar, root -> {
            for (String program : List.of("/usr/sbin/nft", "/usr/sbin/xtables-nft-multi", "/usr/bin/perl")) {
                root.hostProgram(Path.of(program));
            }
        });
        daemon.docker("import", tar.toString(), TOOLS).orFail();
    }

    @AfterAll
    static void noTools(RunningDaemon daemon) {
        daemon.said("rmi", TOOLS);
    }

    private Ran run(String mode, String... more) {
        return daemon.run(Stream.concat(Stream.of("--security-opt", "userns=" + mode), Stream.of(more))
                .toArray(String[]::new));
    }

    private void started(String name, String mode, String... options) {
        var command = new ArrayList<>(List.of("run", "-d", "--name", name, "--security-opt", "userns=" + mode));
        command.addAll(List.of(options));
        command.addAll(List.of(IMAGE, "sleep", "1000"));
        daemon.said(command.toArray(String[]::new));
    }

    private List<String> inside(String name, String script) {
        return daemon.docker("exec", name, "sh", "-c", "exec 2>&1; " + script).lines().stream()
                .map(String::strip)
                .toList();
    }

    private static String state(Path file) throws IOException {
        return Files.readAttributes(file, "unix:uid,gid,mode,ctime").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "identity", "shift:2", "single", "map:0:60000:2001", "host"})
    void aDeviceThatWasAskedForIsTheContainersToUse(String mode) throws IOException {
        Path device = ROOTS_OWN.stream().filter(Files::exists).findFirst().orElse(Path.of("/dev/none"));
        assumeTrue(Files.exists(device), "needs one of " + ROOTS_OWN);
        String full = state(Path.of("/dev/full"));
        String own = state(device);
        started(
                "used",
                mode,
                "--device",
                device.toString(),
                "--device",
                "/dev/full:/dev/mine",
                "--device",
                device + ":/srv/read:r");

        assertThat(inside("used", "stat -c '%u:%g %a' /dev/mine /srv/read; exec 3<" + device + " && echo opened"))
                .containsExactly(
                        "0:0 666",
                        "0:0 "
                                + Files.getAttribute(device, "unix:mode")
                                        .toString()
                                        .transform(text -> Integer.toOctalString(Integer.parseInt(text) & 0777)),
                        "opened");
        assertThat(inside("used", "echo x > /dev/mine").getFirst()).contains("No space left on device");
        assertThat(daemon.docker(
                                "exec",
                                "-u",
                                mode.equals("single") ? "0" : "app",
                                "used",
                                "sh",
                                "-c",
                                "exec 3<" + device)
                        .exitCode())
                .isEqualTo(mode.equals("single") ? 0 : 1);
        daemon.said("exec", "used", "chmod", "600", "/dev/mine");
        daemon.docker("exec", "used", "chmod", "666", "/dev/full");
        assertThat(state(Path.of("/dev/full"))).isEqualTo(full);
        assertThat(state(device)).isEqualTo(own);
        daemon.said("restart", "-t", "0", "used");
        assertThat(inside("used", "exec 3<" + device + " && echo opened")).containsExactly("opened");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "identity", "shift:2", "single", "map:0:60000:2001", "host"})
    void ownersAreWhomTheyWereGivenTo(String mode) {
        boolean single = mode.equals("single");
        started(
                "owners",
                mode,
                "--group-add",
                "extra",
                "--group-add",
                "7",
                "--tmpfs",
                "/scratch:uid=1000,gid=2000,mode=750",
                "--tmpfs",
                "/other");

        assertThat(inside("owners", "stat -c '%u:%g %a' /scratch /other /dev/shm /dev/pts; grep Groups /proc/1/status"))
                .containsExactly(
                        single ? "0:0 750" : "1000:2000 750",
                        "0:0 1777",
                        "0:0 1777",
                        "0:0 755",
                        single ? "Groups:\t0" : "Groups:\t0 7 2000");
        assertThat(daemon.said("exec", "-u", "app", "owners", "id"))
                .isEqualTo(
                        single
                                ? "uid=0(root) gid=0(root) groups=0(root)"
                                : "uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)");
        assertThat(daemon.said(
                                "exec",
                                "-u",
                                "1000:7",
                                "owners",
                                "sh",
                                "-c",
                                "id -u; id -g; touch /tmp/new; stat -c %u:%g /tmp/new")
                        .lines())
                .containsExactly(single ? new String[] {"0", "0", "0:0"} : new String[] {"1000", "7", "1000:7"});
        daemon.said("restart", "-t", "0", "owners");
        assertThat(inside("owners", "stat -c '%u:%g' /scratch /tmp/new"))
                .containsExactly(single ? new String[] {"0:0", "0:0"} : new String[] {"1000:2000", "1000:7"});
    }

    @Test
    void anOwnerOfATmpfsThatTheContainerDoesNotHaveIsNamed() {
        Ran ran = run("auto", "--tmpfs", "/scratch:uid=70000", IMAGE, "true");

        assertThat(ran.exitCode()).isNotZero();
        assertThat(ran.err())
                .contains(
                        "tmpfs /scratch: user namespace: uid 70000 is outside the container's 65536 ids", "size=70001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "identity", "shift:2", "single", "map:0:60000:2001"})
    void eachNamespaceOfAnotherContainerIsJoinedInItsUserNamespace(String mode) {
        started("one", mode);
        inside("one", "echo shared > /dev/shm/there");
        String users = inside("one", "readlink /proc/self/ns/user").getFirst();

        Ran pid = daemon.run(
                "--pid",
                "container:one",
                IMAGE,
                "sh",
                "-c",
                "readlink /proc/self/ns/user; readlink /proc/1/ns/user; cat /proc/1/comm; ls /dev/shm; ping -c 1 127.0.0.1 | wc -l; ip -o addr show eth0 | wc -l");
        Ran ipc = daemon.run(
                "--ipc",
                "container:one",
                "--network",
                "none",
                IMAGE,
                "sh",
                "-c",
                "readlink /proc/self/ns/user; readlink /proc/self/ns/ipc; cat /dev/shm/there; echo x > /dev/shm/back; ls -d /dev/mqueue; ls /sys | grep -c class");
        Ran all = daemon.run(
                "--pid",
                "container:one",
                "--ipc",
                "container:one",
                "--network",
                "container:one",
                IMAGE,
                "sh",
                "-c",
                "kill -0 1 && id -u");

        assertThat(pid.lines().subList(0, 3)).as(pid.err()).containsExactly(users, users, "sleep");
        assertThat(pid.lines().getLast()).isNotEqualTo("0");
        assertThat(ipc.lines())
                .as(ipc.err())
                .containsExactly(
                        users, inside("one", "readlink /proc/self/ns/ipc").getFirst(), "shared", "/dev/mqueue", "1");
        assertThat(inside("one", "ls /dev/shm")).containsExactly("back", "there");
        assertThat(all.lines()).as(all.err()).containsExactly("0");
    }

    @Test
    void whatIsJoinedAtOnceHasToBeOfOneUserNamespace() {
        started("one", "auto");
        started("two", "auto");
        daemon.said("run", "-d", "--name", "three", "--ipc", "container:one", IMAGE, "sleep", "1000");

        Ran apart = daemon.run("--pid", "container:one", "--ipc", "container:two", IMAGE, "true");
        Ran other = run("identity", "--pid", "container:one", IMAGE, "true");
        daemon.said("create", "--name", "both", "--pid", "container:one", "--ipc", "container:three", IMAGE, "true");
        daemon.said("restart", "-t", "0", "one");
        Ran restarted = daemon.docker("start", "both");

        assertThat(apart.exitCode()).isEqualTo(125);
        assertThat(apart.err()).contains("the containers one and two have one each, and nobody can live in both");
        assertThat(other.err())
                .contains("--userns=identity cannot be", "of one: it lives in that one's user namespace (auto)");
        assertThat(restarted.err()).contains("have been started with one each since");
        daemon.said("restart", "-t", "0", "three");
        daemon.said("start", "-a", "both");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "identity", "shift:2", "single", "map:0:60000:2001", "host"})
    void packetFiltersAreTheContainersOwn(String mode) {
        String host = daemon.inHostNetwork("nft", "list", "tables").said();
        String rules = "nft add table inet mine && nft list tables; iptables -P FORWARD DROP && iptables -S FORWARD;"
                + " timeout 1 nc -l -p 80; echo $?";

        Ran powerful = run(
                mode,
                "--cap-add",
                "NET_ADMIN",
                TOOLS,
                "sh",
                "-c",
                "ln -s xtables-nft-multi /usr/sbin/iptables; " + rules);
        Ran plain = run(mode, TOOLS, "sh", "-c", "nft add table inet mine || echo refused");

        assertThat(powerful.lines()).as(powerful.err()).containsExactly("table inet mine", "-P FORWARD DROP", "143");
        assertThat(plain.lines()).containsExactly("refused");
        assertThat(daemon.inHostNetwork("nft", "list", "tables").said()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "identity", "shift:2", "single", "map:0:60000:1,1:100000:65535", "host"})
    void everybodyCanPing(String mode) {
        String ping = "perl -e '" + PING.replace("\n", " ") + "' " + GATEWAY;
        daemon.said("run", "-d", "--name", "pinging", "--security-opt", "userns=" + mode, TOOLS, "sleep", "1000");

        for (String user : List.of("0", "1", "1000")) {
            Ran ran = daemon.docker("exec", "-u", user, "pinging", "sh", "-c", ping);

            assertThat(ran.said()).as(user + ran.err()).isEqualTo("pong");
        }
    }
}
