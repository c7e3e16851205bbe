package io.bulkhead.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.access.Caller;
import io.bulkhead.http.HttpServer;
import io.bulkhead.http.Limits;
import io.bulkhead.http.Link;
import io.bulkhead.http.Listener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PeerCredentialsTest {

    @TempDir
    private Path directory;

    @Test
    void aCallerIsWhoTheKernelSaysItIs() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root to become somebody else");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "needs curl");

        String answer = callerSeenByServer("setpriv", "--reuid", "65534", "--regid", "65533", "--groups", "4,20,65533");

        assertThat(answer).startsWith("uid=65534 gid=65533 groups=[4, 20, 65533] pid=true exe=/usr/bin/curl");
    }

    @Test
    void theCallerOfThisProcessIsItsOwner() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "needs curl");
        long uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");

        assertThat(callerSeenByServer("env")).startsWith("uid=" + uid + " ");
    }

    /// A uid that has no number in the server's user namespace is the kernel's overflow id, which must never be
    /// root.
    @Test
    void whoHasNoNumberHereIsNobodyMore() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root to become somebody else");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path socket = directory.resolve("ns");
        Process server = new ProcessBuilder(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InNamespace.class.getName(),
                        socket.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(server.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("listening");

            assertThat(curl(socket, "setpriv", "--reuid", "1234", "--regid", "1234", "--groups", "1235"))
                    .startsWith("uid=65534 gid=65534 groups=[65534] ");
            assertThat(curl(socket, "env")).as("root outside is root here").startsWith("uid=0 ");
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    /// A server that was started in a user namespace of its own.
    static final class InNamespace {
        public static void main(String[] arguments) throws Exception {
            HttpServer _ = serve(Path.of(arguments[0]));
            System.out.println("listening");
            Thread.sleep(60_000);
        }
    }

    @Test
    void aDescriptorThatIsNoSocketHasNoIdentity() {
        assertThatThrownBy(() -> new PeerCredentials(Path.of("/proc")).caller(1_000_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no identity");
    }

    /// Runs curl by way of `prefix` against a real server.
    private String callerSeenByServer(String... prefix) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var _ = serve(directory.resolve("s"))) {
            return curl(directory.resolve("s"), prefix);
        }
    }

    private static HttpServer serve(Path socket) throws IOException {
        var identity = new PeerCredentials(Path.of("/proc"));
        HttpServer server = HttpServer.start(
                List.of(new Listener.At(socket)),
                link -> {
                    Caller caller = identity.caller(((Link.Unix) link).descriptor());
                    return _ -> caller;
                },
                exchange -> exchange.answer(
                        200, "text/plain", describe(exchange.caller()).getBytes(StandardCharsets.UTF_8)),
                Limits.STANDARD);
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        return server;
    }

    private static String curl(Path socket, String... prefix) throws IOException {
        var command = new java.util.ArrayList<>(List.of(prefix));
        command.addAll(List.of("curl", "-sS", "--unix-socket", socket.toString(), "http://d/"));
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String describe(Caller caller) {
        return switch (caller) {
            case Caller.UnixUser user ->
                "uid=" + user.uid() + " gid=" + user.gid() + " groups=" + user.groups() + " pid="
                        + user.pid().isPresent() + " exe=" + user.executable().orElse("");
            case Caller.Engine _, Caller.Certificate _, Caller.Token _, Caller.Unidentified _ -> caller.subject();
        };
    }
}
