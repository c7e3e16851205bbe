package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The stock client and our own over TCP, by certificate and by token.
@Timeout(120)
class NetworkAccessTest {

    private static final String TCP = "tcp://127.0.0.1:2376";

    @TempDir
    private static Path directory;

    private static Certificates certificates;
    private static RunningDaemon daemon;
    private static Path admin;
    private static Path viewer;

    @BeforeAll
    static void begin() throws IOException {
        String missing = RunningDaemon.missing();
        assumeTrue(missing.isEmpty(), "needs " + missing);
        assumeTrue(Command.onPath("openssl"), "needs openssl on the PATH");
        certificates = new Certificates(directory);
        admin = certificates.client("admin", "/O=builders/CN=ci");
        viewer = certificates.client("viewer", "/CN=looker");
        Path roles = directory.resolve("roles.yaml");
        Files.writeString(roles, """
                bindings:
                  - {role: admin, subjects: ["cert:O=builders"]}
                  - {role: viewer, subjects: ["cert:CN=looker"]}
                """);
        daemon = RunningDaemon.withImage(
                RunningDaemon.startWith("roles: " + roles + "\n" + certificates.configuration(", tokens: true")));
    }

    @AfterEach
    void noContainersStay() {
        if (daemon != null) {
            daemon.removeContainers();
        }
    }

    @AfterAll
    static void end() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static Map<String, String> by(Path certificates) {
        var environment = new HashMap<>(daemon.clientEnvironment());
        environment.putAll(Map.of(
                "DOCKER_HOST",
                TCP,
                "BULKHEAD_HOST",
                TCP,
                "DOCKER_TLS_VERIFY",
                "1",
                "DOCKER_CERT_PATH",
                certificates.toString()));
        return environment;
    }

    /// A command in the network the daemon listens in.
    private static Command there(Map<String, String> environment, String... words) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + daemon.network()));
        command.addAll(List.of(words));
        return Command.of(command).with(environment);
    }

    private static Ran docker(Path certificates, String... arguments) {
        return there(by(certificates), with("docker", arguments)).run();
    }

    private static Ran bulkhead(Path certificates, String... arguments) {
        return there(by(certificates), with(daemon.bulkhead().toString(), arguments))
                .run();
    }

    private static String[] with(String first, String... rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(rest));
        return all.toArray(String[]::new);
    }

    private static String record() throws IOException {
        return daemon.said("version", "-f", "{{.Server.Version}}").isEmpty()
                ? ""
                : Command.run("sh", "-c", "cat " + daemon.state() + "/audit/*.log")
                        .out();
    }

    @Test
    void theStockClientWorksByItsEnvironment() throws IOException {
        Ran ran = docker(admin, "run", "--rm", "--network", "none", IMAGE, "echo", "hello");

        assertThat(ran).isEqualTo(new Ran(0, "hello\n", ""));
        assertThat(record())
                .contains("\"caller\":\"cert:ci\"")
                .containsPattern("\"certificate\":\"[0-9a-f]{64}\",\"address\":\"127.0.0.1\"");
    }

    @Test
    void theStockClientWorksByItsOptions() {
        Map<String, String> environment = new HashMap<>(daemon.clientEnvironment());
        environment.put("DOCKER_HOST", "");
        Ran ran = there(
                        environment,
                        "docker",
                        "--tlsverify",
                        "--tlscacert",
                        admin + "/ca.pem",
                        "--tlscert",
                        admin + "/cert.pem",
                        "--tlskey",
                        admin + "/key.pem",
                        "-H",
                        TCP,
                        "version",
                        "-f",
                        "{{.Server.Platform.Name}}")
                .run();

        assertThat(ran.orFail().said()).isEqualTo("Bulkhead Engine");
    }

    @Test
    void inputGoesThroughAnExecToItsEnd() {
        docker(admin, "run", "-d", "--name", "sleeper", "--network", "none", IMAGE, "sleep", "1000")
                .orFail();
        String much = "0123456789abcde\n".repeat(100_000);

        Ran ran = there(by(admin), "docker", "exec", "-i", "sleeper", "wc", "-c")
                .reading(much)
                .run();
        Ran own = there(by(admin), daemon.bulkhead().toString(), "exec", "-i", "sleeper", "wc", "-c")
                .reading(much)
                .run();

        assertThat(ran.orFail().said()).isEqualTo("1600000");
        assertThat(own.orFail().said()).isEqualTo("1600000");
    }

    @Test
    void aTerminalWorks() {
        assumeTrue(Command.onPath("script"), "needs script on the PATH");
        docker(admin, "run", "-d", "--name", "sleeper", "--network", "none", IMAGE, "sleep", "1000")
                .orFail();
        for (String client : List.of("docker", daemon.bulkhead().toString())) {
            String variables =
                    "DOCKER_HOST=" + TCP + " BULKHEAD_HOST=" + TCP + " DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=" + admin;
            try (Terminal terminal = Terminal.shell(
                    daemon,
                    "exec env " + variables + " nsenter --net=" + daemon.network() + " " + client
                            + " exec -it sleeper sh")) {
                terminal.await("#");
                terminal.type("stty size; echo $((40+2))\n");
                terminal.await("33 101\r\n");
                terminal.await("42\r\n");
                terminal.type("exit 7\n");

                assertThat(terminal.exitCode()).isEqualTo(7);
            }
        }
    }

    @Test
    void logsAreFollowedAndAttachingEndsWithTheContainer() {
        docker(
                        admin,
                        "run",
                        "-d",
                        "--name",
                        "talks",
                        "--network",
                        "none",
                        IMAGE,
                        "sh",
                        "-c",
                        "for i in 1 2 3 4; do echo $i; sleep 1; done; exit 3")
                .orFail();

        Ran attached = docker(admin, "attach", "talks");
        assertThat(attached.exitCode()).isEqualTo(3);
        assertThat(attached.out()).endsWith("3\n4\n");
        assertThat(docker(admin, "logs", "-f", "talks").orFail().out()).isEqualTo("1\n2\n3\n4\n");
        assertThat(bulkhead(admin, "logs", "talks").orFail().out()).isEqualTo("1\n2\n3\n4\n");
    }

    @Test
    void imagesComeAndGo() {
        docker(admin, "pull", "localhost:1/none").err();
        Path tar = directory.resolve("image.tar");
        docker(admin, "save", "-o", tar.toString(), IMAGE).orFail();

        assertThat(docker(admin, "load", "-i", tar.toString()).orFail().out()).contains("Loaded image");
        assertThat(bulkhead(admin, "images").orFail().out()).contains("small");
    }

    @Test
    void aCertificateMayWhatItsRolesSay() {
        assertThat(docker(viewer, "ps").exitCode()).isZero();
        assertThat(docker(viewer, "run", "--rm", IMAGE, "true").err())
                .contains("no role of cert:looker allows container.create");
        assertThat(bulkhead(viewer, "info").exitCode()).isZero();
    }

    @Test
    void withoutACertificateNothingIsAnswered() throws IOException {
        Path none = Files.createTempDirectory(directory, "none");
        Files.copy(admin.resolve("ca.pem"), none.resolve("ca.pem"));
        Ran own = bulkhead(none, "ps");
        assertThat(own.exitCode()).isNotZero();
        assertThat(own.err()).contains("neither a client certificate nor a token was shown");
        assertThat(Command.run(
                                "nsenter",
                                "--net=" + daemon.network(),
                                "curl",
                                "-sS",
                                "-k",
                                "https://127.0.0.1:2376/_ping")
                        .out())
                .contains("neither a client certificate nor a token was shown");
    }

    @Test
    void withoutTlsTheClientIsToldSo() {
        Map<String, String> environment = new HashMap<>(daemon.clientEnvironment());
        environment.put("DOCKER_HOST", TCP);
        environment.put("BULKHEAD_HOST", TCP);

        assertThat(there(environment, "docker", "ps").run().err())
                .contains("Client sent an HTTP request to an HTTPS server.");
        assertThat(there(environment, daemon.bulkhead().toString(), "ps").run().err())
                .contains("by TLS alone: use --tlsverify");
    }

    /// Ours never talks to a daemon it does not know, whichever word it is given.
    @Test
    void aDaemonOfAnotherAuthorityOrNameIsNotTalkedTo() throws IOException {
        var others = new Certificates(Files.createTempDirectory(directory, "others"));
        Path foreign = others.client("ci", "/CN=ci");
        for (String word : List.of("--tls", "--tlsverify")) {
            Ran ran =
                    there(by(foreign), daemon.bulkhead().toString(), word, "ps").run();
            assertThat(ran.exitCode()).isNotZero();
            assertThat(ran.err()).contains("no TLS with the daemon");
        }
        Map<String, String> other = new HashMap<>(by(admin));
        other.put("BULKHEAD_HOST", "tcp://127.0.0.2:2376");
        assertThat(there(other, daemon.bulkhead().toString(), "ps").run().err())
                .contains("no TLS with the daemon at tcp://127.0.0.2:2376");
        other.put("BULKHEAD_HOST", "tcp://localhost");
        assertThat(there(other, daemon.bulkhead().toString(), "ps").run().exitCode())
                .isZero();
    }

    private static String token(String name, String role) {
        return daemon.bulkheadCommand("token", "create", name, "--role", role)
                .run()
                .orFail()
                .said();
    }

    @Test
    void aTokenIsMadeListedUsedAndRevoked() throws IOException {
        String token = token("deploy", "viewer");
        Path tokenFile = directory.resolve("token");
        Files.writeString(tokenFile, token + "\n");
        Files.setPosixFilePermissions(tokenFile, PosixFilePermissions.fromString("rw-------"));
        Path none = Files.createTempDirectory(directory, "none");
        Files.copy(admin.resolve("ca.pem"), none.resolve("ca.pem"));
        var environment = by(none);
        environment.put("BULKHEAD_TOKEN_FILE", tokenFile.toString());
        String bulkhead = daemon.bulkhead().toString();

        assertThat(token).matches("bhd_[A-Za-z0-9_-]{43}");
        assertThat(there(environment, bulkhead, "ps").run().exitCode()).isZero();
        assertThat(there(environment, bulkhead, "run", "--rm", IMAGE, "true")
                        .run()
                        .err())
                .contains("no role of token:deploy allows container.create");
        assertThat(there(environment, bulkhead, "token", "create", "x", "--role", "viewer")
                        .run()
                        .err())
                .contains("no role of token:deploy allows token.create");
        assertThat(daemon.bulkheadCommand("token", "ls").run().orFail().out())
                .containsPattern("deploy +[0-9a-f]{12} +viewer .*unix:0")
                .doesNotContain(token);

        daemon.bulkheadCommand("token", "revoke", "deploy").run().orFail();

        assertThat(there(environment, bulkhead, "ps").run().err())
                .contains("token deploy (")
                .contains("was revoked at");
        assertThat(daemon.bulkheadCommand("token", "ls").run().orFail().out()).doesNotContain("deploy");
        assertThat(daemon.bulkheadCommand("token", "ls", "-a").run().orFail().out())
                .contains("revoked");
        assertThat(record()).contains("token:deploy role:viewer").doesNotContain(token);
        assertThat(daemon.log()).doesNotContain(token);
        assertThat(Command.run("grep", "-r", token, daemon.state().toString()).exitCode())
                .as("nothing in the state has it")
                .isEqualTo(1);
    }

    @Test
    void theStockClientShowsATokenByItsConfiguration() throws IOException {
        String token = token("machine", "viewer");
        Path config = Files.createTempDirectory(directory, "config");
        Files.writeString(
                config.resolve("config.json"), "{\"HttpHeaders\": {\"Authorization\": \"Bearer " + token + "\"}}");
        Files.copy(admin.resolve("ca.pem"), config.resolve("ca.pem"));
        var overTcp = by(config);
        overTcp.put("DOCKER_CONFIG", config.toString());
        // Docker's client wants a pair of its own unless it is told that there is none.
        Ran tcp = there(
                        overTcp,
                        "docker",
                        "--tlsverify",
                        "--tlscacert",
                        config + "/ca.pem",
                        "--tlscert",
                        "",
                        "--tlskey",
                        "",
                        "ps")
                .run();
        assertThat(tcp.orFail().out()).contains("CONTAINER ID");

        var overUnix = new HashMap<>(daemon.clientEnvironment());
        overUnix.put("DOCKER_CONFIG", config.toString());
        Ran run = there(overUnix, "docker", "run", "--rm", IMAGE, "true").run();
        assertThat(run.err()).as("root with a token is the token").contains("no role of token:machine allows");

        daemon.bulkheadCommand("token", "revoke", "machine").run().orFail();
        assertThat(there(overUnix, "docker", "ps").run().err())
                .contains("token machine (")
                .contains("was revoked at");
    }

    /// Whoever renegotiates could come out as somebody else. The JDK reads the setting once, so it is tried on a whole
    /// daemon.
    @Test
    void nobodyRenegotiates() {
        Ran ran = there(
                        Map.of(),
                        "sh",
                        "-c",
                        "(sleep 1; echo R; sleep 1; printf 'GET /_ping HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'; sleep 1) | openssl"
                                + " s_client -tls1_2 -connect 127.0.0.1:2376 -CAfile " + admin + "/ca.pem -cert "
                                + admin
                                + "/cert.pem -key " + admin + "/key.pem 2>&1")
                .run();

        assertThat(ran.out())
                .contains("Verify return code: 0 (ok)")
                .contains("RENEGOTIATING")
                .doesNotContain("HTTP/1.1 200");
    }

    /// CVE-2025-9074: a container must not reach the engine by the host's addresses.
    @Test
    void cve20259074AContainerGetsNothingWithoutAnIdentity() {
        Ran ran = docker(
                admin,
                "run",
                "--rm",
                IMAGE,
                "sh",
                "-c",
                "gw=$(ip route | sed -n 's/default via \\([^ ]*\\).*/\\1/p'); echo gateway $gw;"
                        + " printf 'GET /containers/json HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' | nc -w 3 $gw 2376;"
                        + " for port in 2375 2376 2377; do wget -q -T 3 -O - http://$gw:$port/version; done; true");

        assertThat(ran.out()).contains("gateway 1");
        assertThat(ran.out() + ran.err()).doesNotContain("\"Id\"").doesNotContain("ApiVersion");
    }

    @Test
    void aDaemonDoesNotStartWithAKeyThatOthersCanRead() throws IOException {
        Path home = Files.createTempDirectory(directory, "open");
        var open = new Certificates(home);
        Files.setPosixFilePermissions(home.resolve("server-key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        try (RunningDaemon prepared = RunningDaemon.prepare(open.configuration(""))) {
            Process process = prepared.launch();
            assertThat(Command.endedWithin(process, Duration.ofSeconds(60))).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(prepared.log()).contains("others can read this key").doesNotContain("BEGIN");
        }
    }
}
