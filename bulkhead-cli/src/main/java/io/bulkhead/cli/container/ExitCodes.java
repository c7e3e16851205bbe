package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonException;
import io.bulkhead.cli.verb.Failure;
import java.io.IOException;
import java.util.List;

/// The exit codes of `run`, `start` and `exec`: the container's own, or Docker's for what kept it from running.
final class ExitCodes {

    static final int DAEMON = 125;
    static final int CANNOT_RUN = 126;
    static final int NOT_FOUND = 127;

    private ExitCodes() {}

    /// By the words of the message, as the stock client does: the API has no field for it.
    static int ofRefusal(String message) {
        if (containsAny(message, List.of("executable file not found", "no such file or directory"))) {
            return NOT_FOUND;
        }
        return containsAny(message, List.of("permission denied", "Permission denied", "is a directory"))
                ? CANNOT_RUN
                : DAEMON;
    }

    private static boolean containsAny(String message, List<String> parts) {
        return parts.stream().anyMatch(message::contains);
    }

    static Failure failed(ApiException refusal) {
        String message = String.valueOf(refusal.getMessage());
        return new Failure(refusal.status() == 0 ? DAEMON : ofRefusal(message), message);
    }

    /// Asks to be told the exit code. The daemon answers the head at once, so nothing that happens from now on is
    /// missed.
    static Answer await(Api api, String container, String condition) {
        return api.stream("POST", Paths.of(container, "/wait?condition=" + condition), java.util.Map.of());
    }

    static int read(Answer waiting) {
        try (waiting) {
            Json exit = Json.read(waiting.body().readAllBytes());
            if (!exit.exists()) {
                throw new Failure(DAEMON, "the connection to the daemon ended before the container did");
            }
            String problem = exit.at("Error", "Message").text();
            if (!problem.isEmpty()) {
                throw new Failure(DAEMON, "Error waiting for container: " + problem);
            }
            return (int) exit.at("StatusCode").number();
        } catch (IOException | JsonException failure) {
            throw new Failure(DAEMON, "the connection to the daemon broke: " + failure.getMessage());
        }
    }
}
