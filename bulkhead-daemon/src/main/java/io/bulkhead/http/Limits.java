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
/// @param strangers connections over the network on which nobody has been identified; an address has a quarter of
/// them
/// @param introduction how long such a one has for its handshake, and again for the head of its first request
public record Limits(
        int headBytes,
        int connections,
        Duration idle,
        Duration body,
        Duration linger,
        int strangers,
        Duration introduction) {

    private static final int STRANGERS = 256;
    private static final Duration INTRODUCTION = Duration.ofSeconds(10);

    public static final Limits STANDARD =
            new Limits(64 * 1024, 10_000, Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofSeconds(2));

    public Limits {
        if (headBytes < 1
                || connections < 1
                || idle.isNegative()
                || body.isNegative()
                || linger.isNegative()
                || strangers < 1
                || introduction.isNegative()) {
            throw new IllegalArgumentException("a limit below one");
        }
    }

    /// With the usual limits for strangers.
    public Limits(int headBytes, int connections, Duration idle, Duration body, Duration linger) {
        this(headBytes, connections, idle, body, linger, STRANGERS, INTRODUCTION);
    }

    Limits forStrangers(int most, Duration time) {
        return new Limits(headBytes, connections, idle, body, linger, most, time);
    }
}
