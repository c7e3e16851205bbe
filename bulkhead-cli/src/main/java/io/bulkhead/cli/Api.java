package io.bulkhead.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The daemon's API, one connection a request. Failures the daemon tells are an [ApiException] with its words.
final class Api {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String VERSION = "/v1.51";

    private final Path socket;

    Api(Path socket) {
        this.socket = socket;
    }

    /// An answer of JSON.
    JsonNode get(String path) {
        return json("GET", path, new byte[0]);
    }

    JsonNode post(String path) {
        return json("POST", path, new byte[0]);
    }

    JsonNode post(String path, Object body) {
        return json("POST", path, JSON.writeValueAsBytes(body));
    }

    JsonNode delete(String path) {
        return json("DELETE", path, new byte[0]);
    }

    private JsonNode json(String method, String path, byte[] body) {
        try (Answer answer = send(method, path, Map.of(), body)) {
            byte[] bytes = answer.body().readAllBytes();
            return bytes.length == 0 ? JSON.nullNode() : JSON.readTree(bytes);
        } catch (IOException | JacksonException failure) {
            throw new ApiException(0, "the answer of the daemon cannot be read: " + failure.getMessage());
        }
    }

    /// An answer to be read as it comes; close it.
    Answer stream(String method, String path, Map<String, String> headers) {
        return send(method, path, headers, new byte[0]);
    }

    /// As [#stream], with a body whose length is not known.
    Answer upload(String path, Map<String, String> headers, InputStream body) {
        return exchange(connection -> connection.upload("POST", VERSION + path, headers, body));
    }

    /// Turns the connection into a raw one, as attach and exec need.
    Answer hijack(String path, Object body) {
        byte[] json = body instanceof String text && text.isEmpty() ? new byte[0] : JSON.writeValueAsBytes(body);
        return send("POST", path, Map.of("Connection", "Upgrade", "Upgrade", "tcp"), json);
    }

    private Answer send(String method, String path, Map<String, String> headers, byte[] body) {
        String route = path.startsWith("/bulkhead/") ? path : VERSION + path;
        return exchange(connection -> connection.send(method, route, headers, body, ContentType.APPLICATION_JSON));
    }

    private interface Question {
        Answer ask(Connection connection) throws IOException, HttpException;
    }

    private Answer exchange(Question question) {
        Connection connection = Connection.open(socket);
        try {
            Answer answer = question.ask(connection);
            if (answer.status() >= 400) {
                try (answer) {
                    throw new ApiException(answer.status(), message(answer));
                }
            }
            return answer;
        } catch (IOException | HttpException failure) {
            connection.close();
            throw new ApiException(0, "the connection to the daemon broke: " + failure.getMessage());
        }
    }

    private static String message(Answer answer) throws IOException {
        byte[] body = answer.body().readNBytes(64 * 1024);
        try {
            JsonNode message = JSON.readTree(body).path("message");
            if (message.isString()) {
                return message.asString();
            }
        } catch (JacksonException _) {
            // not JSON: said as it is
        }
        return new String(body, StandardCharsets.UTF_8).strip();
    }

    /// `?name=value&...` with everything escaped that needs it.
    static String query(List<Map.Entry<String, String>> parameters) {
        var text = new StringBuilder();
        for (Map.Entry<String, String> parameter : parameters) {
            text.append(text.isEmpty() ? '?' : '&')
                    .append(java.net.URLEncoder.encode(parameter.getKey(), StandardCharsets.UTF_8))
                    .append('=')
                    .append(java.net.URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
        }
        return text.toString();
    }
}
