package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// moby#35711: who is at the other end of the unix socket. Users of this host and processes of containers ask, and
/// the record says who the kernel said they are.
@WithDaemon
class UnixPeersTest {

    private static final String USER = "bulkhead-peer";

    /// Asks over the socket it is given and says the status, with nothing but system calls of its own.
    private static final String CLIENT = """
            #include <stdio.h>
            #include <string.h>
            #include <sys/socket.h>
            #include <sys/un.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                struct sockaddr_un address = { .sun_family = AF_UNIX };
                char answer[4096];
                int s = socket(AF_UNIX, SOCK_STREAM, 0);
                strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
                if (connect(s, (struct sockaddr *) &address, sizeof address)) { perror("connect"); return 2; }
                if (argc > 2) { if (fork()) return 0; sleep(1); }
                dprintf(s, "GET /v1.45/containers/json HTTP/1.1\\r\\nHost: d\\r\\nConnection: close\\r\\n\\r\\n");
                ssize_t n = read(s, answer, sizeof answer - 1);
                if (n <= 0) return 3;
                answer[n] = 0;
                printf("uid %d: %.12s\\n", getuid(), answer);
                return 0;
            }
            """;

    private final RunningDaemon daemon;

    @TempDir
    private Path directory;

    private Path client = Path.of("/");

    UnixPeersTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void openSocketAndClient() throws IOException {
        assumeTrue(Command.onPath("gcc") && Command.onPath("useradd"), "needs gcc and useradd");
        Files.setPosixFilePermissions(daemon.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path source = directory.resolve("client.c");
        Files.writeString(source, CLIENT);
        client = directory.resolve("client");
        Command.run("gcc", "-static", "-O1", "-o", client.toString(), source.toString())
                .orFail();
    }

    @AfterEach
    void closeSocket() throws IOException {
        Files.setPosixFilePermissions(daemon.socket(), PosixFilePermissions.fromString("rw-------"));
        daemon.removeContainers();
    }

    /// The last call of such a caller.
    private String recorded(String caller) {
        return Command.run("sh", "-c", "cat " + daemon.state() + "/audit/*.log").lines().stream()
                .filter(line -> line.contains("\"kind\":\"call\"") && line.contains("\"caller\":\"" + caller + "\""))
                .reduce("", (_, last) -> last);
    }

    private Ran ask(String... before) {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(client.toString(), daemon.socket().toString()));
        return Command.of(command).run();
    }

    @Test
    void aUserOfThisHostIsOnTheRecordWithAllGroupsAndTheProgram() {
        Command.run("userdel", USER);
        Command.run("groupdel", USER + "-ops");
        Command.run("groupadd", "-g", "61991", USER + "-ops").orFail();
        Command.run("useradd", "-M", "-N", "-u", "61990", "-g", "users", "-G", USER + "-ops,audio", USER)
                .orFail();
        try {
            Ran ran = ask("setpriv", "--reuid", USER, "--regid", "users", "--init-groups");

            assertThat(ran.said()).isEqualTo("uid 61990: HTTP/1.1 403");
            assertThat(recorded("unix:61990"))
                    .containsPattern("\"uid\":61990,\"gid\":100,\"groups\":\\[[0-9,]*61991[0-9,]*]")
                    .containsPattern("\"groups\":\\[[0-9,]*29[0-9,]*]")
                    .containsPattern("\"pid\":[0-9]+")
                    .contains("\"exe\":\"" + client + "\"")
                    .contains("\"decision\":\"refused\"");
        } finally {
            Command.run("userdel", USER);
            Command.run("groupdel", USER + "-ops");
        }
    }

    @Test
    void theHumanBehindSudoIsOnTheRecord() {
        Ran login = Command.run("sh", "-c", "echo 4711 > /proc/self/loginuid");
        assumeTrue(login.exitCode() == 0, "needs to be allowed to set a login uid");

        ask("sh", "-c", "echo 4711 > /proc/self/loginuid; exec \"$@\"", "sh");

        assertThat(recorded("unix:0")).contains("\"login_uid\":4711");
    }

    /// Its pid may be another's by the time somebody looks.
    @Test
    void ofAPeerThatEndedNothingButItsIdsIsSaid() {
        List<String> command = List.of(
                "setpriv",
                "--reuid",
                "61992",
                "--regid",
                "61992",
                "--clear-groups",
                client.toString(),
                daemon.socket().toString(),
                "fork");
        Command.of(command).run().orFail();

        Eventually.value("a record", () -> recorded("unix:61992"), line -> !line.isEmpty());
        assertThat(recorded("unix:61992")).contains("\"uid\":61992,\"gid\":61992,\"groups\":[]");
    }

    @Test
    void rootOfAContainerWithTheSocketIsItsOuterUser() throws IOException {
        Path mounted = Files.createDirectory(directory.resolve("in"));
        Files.copy(client, mounted.resolve("client"));
        Files.setPosixFilePermissions(mounted.resolve("client"), PosixFilePermissions.fromString("rwxr-xr-x"));
        daemon.said(
                "run",
                "-d",
                "--name",
                "inside",
                "-v",
                mounted + ":/in:ro",
                "-v",
                daemon.socket() + ":/engine.sock",
                IMAGE,
                "sleep",
                "1000");
        String outer = Command.text(Path.of("/proc", daemon.inspect("inside", "{{.State.Pid}}"), "uid_map"))
                .strip()
                .split(" +", -1)[1];

        Ran ran = daemon.docker("exec", "inside", "/in/client", "/engine.sock");

        assertThat(ran.said()).isEqualTo("uid 0: HTTP/1.1 403");
        assertThat(Long.parseLong(outer)).isGreaterThan(1_000_000);
        assertThat(recorded("unix:" + outer)).contains("\"decision\":\"refused\"");
    }

    @Test
    void rootOfAUserNamespaceIsWhoMadeIt() {
        Ran ran = ask(
                "setpriv",
                "--reuid",
                "61993",
                "--regid",
                "61993",
                "--clear-groups",
                "unshare",
                "--user",
                "--map-root-user");

        assertThat(ran.said()).isEqualTo("uid 0: HTTP/1.1 403");
        assertThat(recorded("unix:61993")).contains("\"uid\":61993");
    }
}
