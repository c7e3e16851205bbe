package io.bulkhead.dockerapi.json;

import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.http.Exchange;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The body of a request, read whole and bounded before anything is made of it.
public final class RequestBody {

    /// Docker's own limit for what its authorization plugins see; a longer one went past them unread (CVE-2024-41110).
    static final int MAX_BYTES = 4 << 20;

    /// What any client may keep in memory by not sending the rest.
    static final int SMALL = 16 << 10;

    /// How many larger ones are read at a time: a few hundred unfinished ones would take all memory before anybody
    /// asked
    /// who sends them.
    private static final Semaphore LARGE_AT_ONCE = new Semaphore(16);

    /// For all of it: whoever sends one byte a minute gives up the place to others.
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private RequestBody() {}

    /// The bytes of a JSON body.
    ///
    /// @throws EngineException INVALID without one, for one that is too large, of another type or compressed
    public static byte[] json(Exchange exchange) throws IOException {
        return optionalJson(exchange)
                .orElseThrow(() -> new EngineException(Reason.INVALID, "the request has no body; JSON is expected"));
    }

    /// As [#json], but there may be none.
    public static Optional<byte[]> optionalJson(Exchange exchange) throws IOException {
        byte[] body = read(exchange.body(LIMIT), LARGE_AT_ONCE, PATIENCE);
        if (body.length > MAX_BYTES) {
            throw new EngineException(Reason.INVALID, "the request body is larger than " + MAX_BYTES + " bytes");
        }
        exchange.header("Content-Encoding")
                .filter(encoding -> !encoding.equalsIgnoreCase("identity"))
                .ifPresent(encoding -> {
                    throw new EngineException(
                            Reason.INVALID,
                            "Content-Encoding " + Names.shown(encoding) + ": send the request body uncompressed");
                });
        if (body.length == 0) {
            return Optional.empty();
        }
        requireJson(exchange.header("Content-Type").orElse(""));
        return Optional.of(body);
    }

    /// At most one byte more than is allowed.
    static byte[] read(InputStream in, Semaphore largeAtOnce, Duration patience) throws IOException {
        byte[] start = in.readNBytes(SMALL);
        if (start.length < SMALL) {
            return start;
        }
        enter(largeAtOnce, patience);
        try {
            byte[] rest = in.readNBytes(MAX_BYTES + 1 - SMALL);
            byte[] whole = Arrays.copyOf(start, SMALL + rest.length);
            System.arraycopy(rest, 0, whole, SMALL, rest.length);
            return whole;
        } finally {
            largeAtOnce.release();
        }
    }

    private static void enter(Semaphore largeAtOnce, Duration patience) throws InterruptedIOException {
        try {
            if (!largeAtOnce.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EngineException(
                        Reason.CONFLICT,
                        "too many requests with bodies above " + SMALL + " bytes are unfinished: try again later");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to read a request body");
        }
    }

    private static void requireJson(String contentType) {
        String plain = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!plain.equals("application/json")) {
            throw new EngineException(
                    Reason.INVALID,
                    "unsupported Content-Type header (" + Names.shown(contentType) + "): must be 'application/json'");
        }
    }
}
