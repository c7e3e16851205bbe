package io.bulkhead.http;

import io.bulkhead.name.Names;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;

/// What a decoded head must be beyond what the decoder asks of it.
final class RequestRules {

    private RequestRules() {}

    /// The first rule it breaks.
    static Optional<Refusal> refusal(HttpRequest request) {
        return broken(request.decoderResult())
                .or(() -> version(request))
                .or(() -> host(request.headers()))
                .or(() -> framing(request.headers()))
                .or(() -> encoding(request.headers()))
                .or(() -> expectation(request.headers()));
    }

    private static Optional<Refusal> broken(DecoderResult result) {
        if (result.isSuccess()) {
            return Optional.empty();
        }
        Throwable cause = result.cause();
        if (cause instanceof TooLongHttpLineException || cause instanceof TooLongHttpHeaderException) {
            return Optional.of(Refusal.TOO_LARGE);
        }
        return malformed("malformed request: " + Names.shown(String.valueOf(cause.getMessage())));
    }

    private static Optional<Refusal> version(HttpRequest request) {
        return HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                ? Optional.empty()
                : Optional.of(new Refusal(505, "only HTTP/1.1 is spoken here"));
    }

    private static Optional<Refusal> host(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.HOST).size() == 1
                ? Optional.empty()
                : malformed("a request has exactly one Host header");
    }

    private static Optional<Refusal> framing(HttpHeaders headers) {
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (lengths.size() > 1 || (!lengths.isEmpty() && !encodings.isEmpty())) {
            return malformed("the length of the request is given more than once");
        }
        if (!lengths.isEmpty() && !lengths.getFirst().chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return malformed("Content-Length is not a number");
        }
        if (!encodings.isEmpty() && !(encodings.size() == 1 && "chunked".equalsIgnoreCase(encodings.getFirst()))) {
            return malformed("the only transfer encoding is chunked");
        }
        return Optional.empty();
    }

    /// A body that one reader unpacks and another does not would be two bodies.
    private static Optional<Refusal> encoding(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.CONTENT_ENCODING).stream()
                .filter(encoding -> !"identity".equalsIgnoreCase(encoding))
                .findFirst()
                .map(encoding -> new Refusal(
                        415,
                        "request bodies are taken as they are, without Content-Encoding " + Names.shown(encoding)));
    }

    private static Optional<Refusal> expectation(HttpHeaders headers) {
        List<String> expectations = headers.getAll(HttpHeaderNames.EXPECT);
        return expectations.isEmpty() || (expectations.size() == 1 && asksToContinue(expectations.getFirst()))
                ? Optional.empty()
                : Optional.of(new Refusal(417, "the only expectation is 100-continue"));
    }

    private static boolean asksToContinue(String expectation) {
        return "100-continue".equalsIgnoreCase(expectation);
    }

    private static Optional<Refusal> malformed(String reason) {
        return Optional.of(Refusal.malformed(reason));
    }
}
