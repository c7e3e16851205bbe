package io.bulkhead.dockerapi;

import io.bulkhead.access.Caller;
import io.bulkhead.http.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// An exchange that gives no answer before the gate said yes: a route that forgets to ask cannot tell anybody anything.
/// Used by one request's thread.
final class GuardedExchange implements Exchange {

    private final Exchange exchange;
    private boolean allowed;
    private boolean begun;
    private OptionalInt status = OptionalInt.empty();
    private volatile Optional<String> failure = Optional.empty();

    GuardedExchange(Exchange exchange) {
        this.exchange = exchange;
    }

    void allow() {
        allowed = true;
    }

    /// Whether an answer is on its way, so that no other can be given.
    boolean begun() {
        return begun;
    }

    /// Of the answer that is on its way.
    OptionalInt status() {
        return status;
    }

    /// An answer that began well ended badly; `word` as [ErrorWord] has it.
    void failed(String word) {
        failure = Optional.of(word);
    }

    Optional<String> failure() {
        return failure;
    }

    private void begin(int answered) {
        if (!allowed) {
            throw new IllegalStateException("a route answered before it asked whether it may");
        }
        begun = true;
        status = OptionalInt.of(answered);
    }

    @Override
    public void answer(int status, String contentType, byte[] body) throws IOException {
        begin(status);
        exchange.answer(status, contentType, body);
    }

    @Override
    public void answerEmpty(int status) throws IOException {
        begin(status);
        exchange.answerEmpty(status);
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        begin(status);
        return exchange.stream(status, contentType);
    }

    @Override
    public Upgraded upgrade(String contentType) throws IOException {
        begin(101);
        return exchange.upgrade(contentType);
    }

    @Override
    public Caller caller() {
        return exchange.caller();
    }

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String path() {
        return exchange.path();
    }

    @Override
    public Optional<String> query(String name) {
        return exchange.query(name);
    }

    @Override
    public List<String> queryAll(String name) {
        return exchange.queryAll(name);
    }

    @Override
    public Optional<String> header(String name) {
        return exchange.header(name);
    }

    @Override
    public InputStream body() {
        return exchange.body();
    }

    @Override
    public InputStream body(Duration limit) {
        return exchange.body(limit);
    }

    @Override
    public void setHeader(String name, String value) {
        exchange.setHeader(name, value);
    }

    @Override
    public void whenDisconnected(Runnable action) {
        exchange.whenDisconnected(action);
    }
}
