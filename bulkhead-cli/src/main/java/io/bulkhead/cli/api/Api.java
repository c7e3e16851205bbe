package io.bulkhead.cli.api;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonException;
import io.bulkhead.cli.json.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.jspecify.annotations.Nullable;

/// The daemon's API, one connection a request. Failures the daemon tells are an [ApiException] with its words.
public final class Api {

    private static final String VERSION = "/v1.51";
    private static final byte[] NOTHING = {};

    private final Endpoint endpoint;
    private final Map<String, String> always;

    public Api(Endpoint endpoint) {
        this(endpoint, Map.of());
    }

    private Api(Endpoint endpoint, Map<String, String> always) {
        this.endpoint = endpoint;
        this.always = always;
    }

    /// The daemon that options and environment mean, asked with the token they name.
    public static Api of(DaemonOptions options, Map<String, String> environment) {
        return new Api(
                Endpoint.of(options, environment),
                BearerToken.header(environment)
                        .map(value -> Map.of("Authorization", value))
                        .orElse(Map.of()));
    }

    public Json get(String path) {
        return json("GET", path, NOTHING);
    }

    public Json post(String path) {
        return json("POST", path, NOTHING);
    }

    public Json post(String path, Map<String, ?> body) {
        return json("POST", path, JsonText.bytes(body));
    }

    public Json delete(String path) {
        return json("DELETE", path, NOTHING);
    }

    private Json json(String method, String path, byte[] body) {
        try (Answer answer = send(method, path, Map.of(), body)) {
            byte[] bytes = answer.body().readAllBytes();
            return Json.read(bytes);
        } catch (IOException | JsonException failure) {
            throw new ApiException(0, "the answer of the daemon cannot be read: " + failure.getMessage());
        }
    }

    /// Every value of an answer that is a stream of values, as it comes.
    public void each(String method, String path, Map<String, String> headers, Consumer<Json> sink) {
        try (Answer answer = stream(method, path, headers)) {
            Json.each(answer.body(), sink);
        } catch (JsonException failure) {
            throw new ApiException(0, "the answer of the daemon cannot be read: " + failure.getMessage());
        }
    }

    /// An answer to be read as it comes; close it.
    public Answer stream(String method, String path, Map<String, String> headers) {
        return send(method, path, headers, NOTHING);
    }

    /// As [#stream], with a body whose length is not known.
    public Answer upload(String path, Map<String, String> headers, InputStream body) {
        return exchange(connection -> connection.upload("POST", VERSION + path, headers, body));
    }

    /// Turns the connection into a raw one, as attach and exec need.
    public Answer hijack(String path, @Nullable Map<String, ?> body) {
        byte[] json = body == null ? NOTHING : JsonText.bytes(body);
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
        Connection connection = Connection.open(endpoint, always);
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
        String plain = new String(body, StandardCharsets.UTF_8).strip();
        try {
            String message = Json.read(body).at("message").text();
            return "Error response from daemon: " + (message.isEmpty() ? plain : message);
        } catch (JsonException _) {
            return "Error response from daemon: " + plain;
        }
    }
}
