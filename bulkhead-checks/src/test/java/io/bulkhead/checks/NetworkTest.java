package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Bridge, none, host, another container's; published ports; the way out. "The host" is the network namespace the
/// daemon lives in.
@WithDaemon
class NetworkTest {

    private static final String SERVE = "mkdir /www; echo hello > /www/index.html; exec httpd -f -p 80 -h /www";

    private final RunningDaemon daemon;

    NetworkTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    private void serve(String name, String... options) {
        List<String> command = new ArrayList<>(List.of("run", "-d", "--name", name));
        command.addAll(List.of(options));
        command.addAll(List.of(IMAGE, "sh", "-c", SERVE));
        daemon.said(command.toArray(String[]::new));
        Eventually.holds(
                "the server listens",
                () -> daemon.docker("exec", name, "wget", "-qO-", "http://127.0.0.1/")
                                .exitCode()
                        == 0);
    }

    /// By the shell's own means: a static busybox cannot look up names on every host.
    private Ran fetch(String address, int port) {
        return daemon.inHostNetwork(
                "timeout",
                "3",
                "bash",
                "-c",
                "exec 3<>/dev/tcp/" + address + "/" + port
                        + " && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && tail -n 1 <&3");
    }

    @Test
    void aPublishedPortIsReachedFromTheHostInEveryWay() {
        serve("web", "-p", "8080:80", "-p", "127.0.0.1:8081:80");
        String address = daemon.inspect("web", "{{.NetworkSettings.IPAddress}}");
        String gateway = daemon.inspect("web", "{{.NetworkSettings.Gateway}}");

        assertThat(fetch("127.0.0.1", 8080).out()).isEqualTo("hello\n");
        assertThat(fetch("127.0.0.1", 8081).out()).isEqualTo("hello\n");
        assertThat(fetch(address, 80).out()).isEqualTo("hello\n");
        assertThat(fetch(gateway, 8080).out()).isEqualTo("hello\n");
        assertThat(fetch(gateway, 8081).exitCode()).isNotZero();
        assertThat(daemon.said("port", "web").lines())
                .containsExactlyInAnyOrder("80/tcp -> 0.0.0.0:8080", "80/tcp -> 127.0.0.1:8081");
    }

    @Test
    void aRemovedContainersPortIsFreeAgain() {
        serve("web", "-p", "8080:80");
        daemon.said("rm", "-f", "web");

        assertThat(fetch("127.0.0.1", 8080).exitCode()).isNotZero();
        serve("next", "-p", "8080:80");
        assertThat(fetch("127.0.0.1", 8080).out()).isEqualTo("hello\n");
    }

    @Test
    void aTakenPortIsAnError() {
        serve("web", "-p", "8080:80");

        Ran second = daemon.docker("run", "--name", "second", "-p", "8080:80", IMAGE, "true");

        assertThat(second.exitCode()).isEqualTo(125);
        assertThat(second.err()).contains("8080").contains("already");
    }

    @Test
    void aPortCanBeChosenByTheEngine() {
        serve("web", "-p", "80");

        String port =
                daemon.said("port", "web", "80").lines().findFirst().orElse("").replaceAll(".*:", "");

        assertThat(fetch("127.0.0.1", Integer.parseInt(port)).out()).isEqualTo("hello\n");
    }

    @Test
    void containersReachEachOtherByAddress() {
        serve("web");
        String address = daemon.inspect("web", "{{.NetworkSettings.IPAddress}}");

        assertThat(daemon.run(IMAGE, "wget", "-qO-", "http://" + address + "/")).isEqualTo(new Ran(0, "hello\n", ""));
    }

    @Test
    void theWayOutHidesTheContainersAddress() {
        // A second host: a namespace behind a cable, which knows no way back to the containers' subnet.
        String other = daemon.said("run", "-d", "--name", "other", "--network", "none", IMAGE, "sleep", "1000");
        String pid = daemon.inspect(other, "{{.State.Pid}}");
        daemon.inHostNetwork(
                        "ip",
                        "link",
                        "add",
                        "out0",
                        "type",
                        "veth",
                        "peer",
                        "name",
                        "in0",
                        "netns",
                        "/proc/" + pid + "/ns/net")
                .orFail();
        try {
            daemon.inHostNetwork("ip", "addr", "add", "192.0.2.1/24", "dev", "out0")
                    .orFail();
            daemon.inHostNetwork("ip", "link", "set", "out0", "up").orFail();
            for (String command : List.of("addr add 192.0.2.2/24 dev in0", "link set in0 up")) {
                String[] words = ("nsenter --net=/proc/" + pid + "/ns/net ip " + command).split(" ", -1);
                Command.run(words).orFail();
            }
            daemon.said("exec", "-d", "other", "nc", "-l", "-p", "99");
            daemon.said("run", "-d", IMAGE, "sh", "-c", "while ! sleep 1000 | nc 192.0.2.2 99; do sleep 0.2; done");

            // 192.0.2.1, as the kernel writes it: the host came, not the container.
            Eventually.value(
                    "the connection",
                    () -> daemon.said("exec", "other", "cat", "/proc/net/tcp", "/proc/net/tcp6"),
                    connections -> connections.contains("010200C0:"));
        } finally {
            daemon.inHostNetwork("ip", "link", "del", "out0");
        }
    }

    @Test
    void withoutNetworkThereIsTheLoopbackAlone() {
        assertThat(daemon.run("--network", "none", IMAGE, "ls", "/sys/class/net")
                        .said())
                .isEqualTo("lo");
        assertThat(daemon.run("--network", "none", IMAGE, "ip", "route")).isEqualTo(new Ran(0, "", ""));
    }

    @Test
    void theHostsNetworkIsTheHosts() {
        assertThat(daemon.run("--network", "host", IMAGE, "ip", "-o", "link").out())
                .contains("bulkhead0");
    }

    @Test
    void anothersNetworkIsShared() {
        serve("web");

        assertThat(daemon.run("--network", "container:web", IMAGE, "wget", "-qO-", "http://127.0.0.1/")
                        .out())
                .isEqualTo("hello\n");
    }

    /// With any other answer than this the client would try to pull the image.
    @Test
    void aContainerToShareWithThatIsNotThereIsSaidSo() {
        for (String option : List.of("--network", "--pid", "--ipc")) {
            Ran ran = daemon.run(option, "container:nosuch", IMAGE, "true");

            assertThat(ran.exitCode()).isEqualTo(125);
            assertThat(ran.err())
                    .contains("Error response from daemon: No such container: nosuch")
                    .doesNotContain("Unable to find image");
        }
    }

    @Test
    void hostsAndResolverAreTheGivenOnes() {
        Ran ran = daemon.run(
                "-h",
                "me",
                "--add-host",
                "db:10.9.8.7",
                "--dns",
                "192.0.2.53",
                "--dns-search",
                "example.com",
                IMAGE,
                "cat",
                "/etc/hosts",
                "/etc/resolv.conf");

        assertThat(ran.out())
                .contains("127.0.0.1\tlocalhost")
                .containsPattern("10\\.9\\.8\\.7\\s+db\n")
                .containsPattern("[0-9.]+\\s+me\n")
                .contains("nameserver 192.0.2.53\n")
                .contains("search example.com\n");
    }

    @Test
    void anUnknownNetworkIsAnError() {
        Ran ran = daemon.run("--network", "nosuch", IMAGE, "true");

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.err()).contains("network nosuch not found");
    }

    /// CVE-2025-9074: the engine's API was reachable from its containers.
    @Test
    void theEngineListensOnNoAddress() {
        String listening = daemon.inHostNetwork("ss", "-Hltnup").said();

        assertThat(listening).isEmpty();
    }
}
