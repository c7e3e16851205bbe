package io.bulkhead.http;

import java.time.Duration;

/// What a client may use up. There is no limit on the length of a body or the duration of an answer, and none on how
/// long a raw connection (an attached client) is silent.
///
/// @param headBytes the request line and all headers together
/// @param connections open ones; more are closed as they come
/// @param idle how long a connection may wait for, or take to send, the next request head
/// @param body how long the next part of a request body may take
/// @param linger how long a connection that was answered early may go on sending before it is cut
public record Limits(int headBytes, int connections, Duration idle, Duration body, Duration linger) {

    public static final Limits STANDARD =
            new Limits(64 * 1024, 10_000, Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofSeconds(2));

    public Limits {
        if (headBytes < 1 || connections < 1 || idle.isNegative() || body.isNegative() || linger.isNegative()) {
            throw new IllegalArgumentException("a limit below one");
        }
    }
}
