package io.bulkhead.http;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/// The server's exchange does what the fake one does, with curl as the client.
class ServerExchangeTest extends ExchangeContract {

    private static final Path CURL = Path.of("/usr/bin/curl");

    @Override
    protected Answer send(Ask ask, Handler handler) throws IOException {
        assumeTrue(Files.isExecutable(CURL), "needs curl");
        try (var server = TestServer.start(handler)) {
            var command = new ArrayList<>(List.of(CURL.toString(), "-s", "-i", "--max-time", "20"));
            command.addAll(List.of("--unix-socket", server.socket().toString()));
            command.addAll(ask.method().equals("HEAD") ? List.of("-I") : List.of("-X", ask.method()));
            ask.headers().forEach((name, value) -> command.addAll(List.of("-H", name + ": " + value)));
            if (ask.body().length > 0) {
                command.addAll(List.of("--data-binary", "@-"));
            }
            command.add("http://d" + ask.path() + query(ask));
            Process curl = new ProcessBuilder(command).start();
            try (var body = curl.getOutputStream()) {
                body.write(ask.body());
            }
            return answer(curl.getInputStream().readAllBytes());
        }
    }

    private static String query(Ask ask) {
        var query = new StringBuilder();
        for (int i = 0; i < ask.query().size(); i += 2) {
            query.append(i == 0 ? '?' : '&')
                    .append(ask.query().get(i))
                    .append('=')
                    .append(URLEncoder.encode(ask.query().get(i + 1), StandardCharsets.UTF_8));
        }
        return query.toString();
    }

    private static Answer answer(byte[] received) {
        String text = new String(received, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        List<String> head = text.substring(0, end).lines().toList();
        var headers = new TreeMap<String, String>();
        head.stream().skip(1).map(line -> line.split(": ", 2)).forEach(pair -> headers.put(pair[0], pair[1]));
        int status = Integer.parseInt(head.getFirst().split(" ", 3)[1]);
        return new Answer(status, headers, Arrays.copyOfRange(received, end + 4, received.length));
    }
}
