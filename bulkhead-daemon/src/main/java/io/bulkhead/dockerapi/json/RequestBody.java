package io.bulkhead.dockerapi.json;

import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.http.Exchange;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/// The body of a request, read whole and bounded before anything is made of it.
public final class RequestBody {

    /// Docker's own limit for what its authorization plugins see; a longer one went past them unread (CVE-2024-41110).
    static final int MAX_BYTES = 4 << 20;

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
        byte[] body = exchange.body().readNBytes(MAX_BYTES + 1);
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

    private static void requireJson(String contentType) {
        String plain = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!plain.equals("application/json")) {
            throw new EngineException(
                    Reason.INVALID,
                    "unsupported Content-Type header (" + Names.shown(contentType) + "): must be 'application/json'");
        }
    }
}
