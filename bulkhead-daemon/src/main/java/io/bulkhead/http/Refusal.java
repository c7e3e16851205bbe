package io.bulkhead.http;

/// Why a request goes no further than the server. The connection is closed after it, since where the next request
/// would begin is in doubt.
///
/// @param status the HTTP status
record Refusal(int status, String reason) {

    static final Refusal TOO_LARGE = new Refusal(431, "the request head is too large");

    static Refusal malformed(String reason) {
        return new Refusal(400, reason);
    }
}
