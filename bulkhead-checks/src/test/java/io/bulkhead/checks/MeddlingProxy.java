package io.bulkhead.checks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Stands before a registry and spoils what passes, in a way a file names anew for every request.
final class MeddlingProxy {

    /// What is done to blobs (to manifests where it says so); everything else passes as it is.
    enum Mode {
        PASS,
        /// A hundred kilobytes a second.
        SLOW,
        /// The line breaks in the middle, each time.
        CUT,
        /// The line breaks in the middle of a whole blob; parts come whole.
        CUT_ONCE,
        OTHER_BYTE,
        ONE_BYTE_LESS,
        ONE_BYTE_MORE,
        OTHER_MANIFEST
    }

    /// What is smaller is a configuration, and passes.
    private static final int LARGE = 100_000;

    private static final int PIECE = 10_000;
    private static final long PAUSE_MILLIS = 100;

    private final HttpClient client;
    private final String upstream;
    private final Path mode;

    private MeddlingProxy(HttpClient client, String upstream, Path mode) {
        this.client = client;
        this.upstream = upstream;
        this.mode = mode;
    }

    /// Port, upstream, key store, its password, the file with the mode.
    public static void main(String[] arguments) throws Exception {
        SSLContext tls = tls(Path.of(arguments[2]), arguments[3].toCharArray());
        var proxy = new MeddlingProxy(
                HttpClient.newBuilder()
                        .sslContext(tls)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build(),
                arguments[1],
                Path.of(arguments[4]));
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        HttpsServer server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                proxy.pass(exchange);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    private static SSLContext tls(Path store, char[] password) throws Exception {
        var keys = KeyStore.getInstance(store.toFile(), password);
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        var authority = KeyStore.getInstance("PKCS12");
        authority.load(null, null);
        authority.setCertificateEntry("ca", keys.getCertificate("ca"));
        trusted.init(authority);
        // The authority's own key must not be offered as a server's.
        keys.deleteEntry("ca");
        own.init(keys, password);
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private void pass(HttpExchange exchange) throws IOException, InterruptedException {
        String target = exchange.getRequestURI().toString();
        var request = HttpRequest.newBuilder(URI.create(upstream + target)).GET();
        for (String name : List.of("Authorization", "Accept", "Range")) {
            exchange.getRequestHeaders().getOrDefault(name, List.of()).forEach(value -> request.header(name, value));
        }
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        for (String name : List.of("Content-Type", "WWW-Authenticate", "Docker-Content-Digest", "Content-Range")) {
            response.headers()
                    .firstValue(name)
                    .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
        }
        Mode asked = Mode.valueOf(Files.readString(mode));
        boolean manifest = target.contains("/manifests/");
        boolean spoilt = manifest ? asked == Mode.OTHER_MANIFEST : response.body().length >= LARGE;
        boolean part = response.statusCode() == 206;
        if (response.statusCode() >= 300 || !spoilt) {
            send(exchange, response.statusCode(), response.body());
        } else {
            spoil(exchange, asked, part, response.body());
        }
    }

    private static void spoil(HttpExchange exchange, Mode mode, boolean part, byte[] body)
            throws IOException, InterruptedException {
        int status = part ? 206 : 200;
        switch (mode) {
            case PASS -> send(exchange, status, body);
            case SLOW -> slowly(exchange, status, body);
            case CUT -> cut(exchange, status, body, part ? 0 : body.length / 2);
            case CUT_ONCE -> cut(exchange, status, body, part ? body.length : body.length / 2);
            case OTHER_BYTE -> {
                body[body.length / 2] ^= 1;
                send(exchange, status, body);
            }
            case ONE_BYTE_LESS -> send(exchange, status, Arrays.copyOf(body, body.length - 1));
            case ONE_BYTE_MORE, OTHER_MANIFEST -> {
                byte[] longer = Arrays.copyOf(body, body.length + 1);
                longer[body.length] = ' ';
                send(exchange, status, longer);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static void cut(HttpExchange exchange, int status, byte[] body, int at) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body, 0, at);
        exchange.getResponseBody().flush();
    }

    private static void slowly(HttpExchange exchange, int status, byte[] body)
            throws IOException, InterruptedException {
        exchange.sendResponseHeaders(status, body.length);
        OutputStream out = exchange.getResponseBody();
        for (int at = 0; at < body.length; at += PIECE) {
            out.write(body, at, Math.min(PIECE, body.length - at));
            out.flush();
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
