package io.bulkhead.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A server on loopback that answers as a test wants, and remembers what it was asked.
final class HttpsTestServer implements AutoCloseable {

    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    record Request(String method, String target, Optional<String> authorization, Optional<String> range, String body) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HttpsTestServer(HttpServer server, Answer answer) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.add(request(exchange));
                answer.to(exchange);
            }
        });
        server.start();
    }

    static HttpsTestServer start(TestCertificate certificate, Answer answer) throws Exception {
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
        return new HttpsTestServer(server, answer);
    }

    static HttpsTestServer startPlain(Answer answer) throws IOException {
        return new HttpsTestServer(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), answer);
    }

    private static Request request(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Optional.ofNullable(headers.getFirst("Authorization")),
                Optional.ofNullable(headers.getFirst("Range")),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    /// As it stands in an image's name.
    String host() {
        return "localhost:" + server.getAddress().getPort();
    }

    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    static void header(HttpExchange exchange, String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
