package io.bulkhead.authn;

import io.bulkhead.access.Authorizer;
import io.bulkhead.audit.AuditFile;
import io.bulkhead.audit.Gate;
import io.bulkhead.http.Handler;
import io.bulkhead.http.HttpServer;
import io.bulkhead.http.Limits;
import io.bulkhead.http.Listener;
import io.bulkhead.http.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// A real server with everything of this package in it, on a TCP port and a unix socket, and a client of the JDK's.
final class TlsServer implements AutoCloseable {

    final Path directory;
    final Authority authority;
    final Authority.Issued server;
    final TlsFiles files;
    final Tokens tokens;
    private final AuditFile audit;
    private final HttpServer http;

    /// What is asked of clients.
    enum Asks {
        CERTIFICATE,
        CERTIFICATE_OR_TOKEN,
        TOKEN
    }

    TlsServer(Path directory, Asks asks, Optional<Path> crl, Authority authority, Handler handler, Limits limits)
            throws IOException {
        this.directory = directory;
        this.authority = authority;
        this.server = authority.server();
        files = new TlsFiles(new TlsPaths(
                server.certificate(),
                server.key(),
                asks == Asks.TOKEN ? Optional.empty() : Optional.of(authority.certificate()),
                crl));
        audit = AuditFile.open(directory.resolve("audit"), Clock.systemUTC());
        tokens = Tokens.open(directory.resolve("tokens"), Clock.systemUTC());
        var refusals = new Refusals(new Gate(new Authorizer(), audit));
        var callers = new Callers(
                new PeerCredentials(Path.of("/proc")),
                tokens,
                refusals,
                Optional.of(new Callers.Network(files, asks != Asks.CERTIFICATE)));
        Tls.Clients clients = switch (asks) {
            case CERTIFICATE -> Tls.Clients.REQUIRED;
            case CERTIFICATE_OR_TOKEN -> Tls.Clients.WELCOME;
            case TOKEN -> Tls.Clients.NOT_ASKED;
        };
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        http = HttpServer.start(
                List.of(
                        new Listener.At(socket()),
                        new Listener.Secured(address, new Tls(files.context(), clients, refusals::connection))),
                callers,
                handler,
                limits);
        Files.setPosixFilePermissions(socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    /// Says who asks.
    static void subject(io.bulkhead.http.Exchange exchange) throws IOException {
        exchange.answer(200, "text/plain", exchange.caller().toString().getBytes(StandardCharsets.UTF_8));
    }

    Path socket() {
        return directory.resolve("s");
    }

    int port() {
        return http.addresses().getFirst().getPort();
    }

    String record() throws IOException {
        try (var all = Files.list(directory.resolve("audit"))) {
            var text = new StringBuilder();
            for (Path each : all.filter(file -> file.getFileName().toString().startsWith("audit"))
                    .filter(Files::isRegularFile)
                    .toList()) {
                text.append(Files.readString(each));
            }
            return text.toString();
        }
    }

    /// Waits for a line of the record that is written beside everything else.
    String recordWith(String text) throws IOException, InterruptedException {
        for (int i = 0; i < 100 && !record().contains(text); i++) {
            Thread.sleep(50);
        }
        return record();
    }

    Socket plain() throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), port());
    }

    TlsClient connect(Authority.Issued client) throws Exception {
        return connect(Optional.of(client), "TLSv1.3");
    }

    TlsClient connect(Optional<Authority.Issued> client, String protocol) throws Exception {
        return TlsClient.connect(port(), authority.certificate(), client, protocol);
    }

    @Override
    public void close() {
        http.close();
        tokens.close();
        audit.close();
    }
}
