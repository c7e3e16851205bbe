package io.bulkhead.http;

import io.bulkhead.access.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One request and its one answer, for blocking code on a virtual thread of its own. Exactly one of the answering
/// methods may be called; a handler that returns without any is answered with 500.
public interface Exchange {

    /// Who asks, from the kernel. There is no exchange without.
    Caller caller();

    /// For example `GET`.
    String method();

    /// The path as it was sent, before any decoding and without the query. A path with `//`, `.` or `..` parts never
    /// gets here: the server refuses it with 400, so that nobody reads it in two ways (CVE-2024-41110). An encoded
    /// slash does (docker-java writes `registry%2Fimage`): split at slashes before decoding, so that it is never a
    /// separator.
    String path();

    /// The decoded value of a query parameter; the last one if it was given more than once.
    Optional<String> query(String name);

    /// All decoded values of a query parameter, in order.
    List<String> queryAll(String name);

    /// A request header; names are not case-sensitive.
    Optional<String> header(String name);

    /// The request body, whatever its framing, decoded from it; at its end if there is none. Reading blocks, for
    /// some minutes at most ([Limits#body]).
    InputStream body();

    /// As [#body()], but all of it has to have come within `limit` from now on: for bodies that are kept in memory.
    InputStream body(Duration limit);

    /// A header of the answer, before it is begun.
    void setHeader(String name, String value);

    void answer(int status, String contentType, byte[] body) throws IOException;

    /// An answer without a body, such as 204 or 304.
    void answerEmpty(int status) throws IOException;

    /// An answer whose length is not known: chunked. Every write is sent at once and waits until the client's side
    /// has room; writing after the client went is an [IOException]. Closing ends it, and so does returning from the
    /// handler. A handler that fails half-way must throw without closing: then the connection is cut and the client
    /// sees that something is missing (so no try-with-resources around it).
    OutputStream stream(int status, String contentType) throws IOException;

    /// Turns the connection into a raw one: `101 UPGRADED` if the client asked with `Connection: Upgrade`,
    /// otherwise `200 OK` as Docker answers older clients. The rest of the request's body is dropped first. The
    /// connection ends when it is closed or the handler returns.
    Upgraded upgrade(String contentType) throws IOException;

    /// Runs `action` once, on a thread of its own, when the client has gone (or at once if it has); not after the
    /// request was answered. A client that only closed its side for writing has not gone.
    void whenDisconnected(Runnable action);

    /// A raw connection: what the client sends and what it gets.
    interface Upgraded extends AutoCloseable {

        /// At its end when the client closed its side for writing.
        InputStream input();

        /// Every write is sent at once.
        OutputStream output();

        @Override
        void close();
    }
}
