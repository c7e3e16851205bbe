package io.bulkhead.http;

import io.bulkhead.access.Caller;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An exchange in memory, kept honest by [ExchangeContract].
public final class FakeExchange implements Exchange {

    private final Ask ask;
    private final Map<String, String> requestHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final List<Runnable> whenDisconnected = new ArrayList<>();
    private boolean gone;
    private int status;

    public FakeExchange(Ask ask) {
        this.ask = ask;
        requestHeaders.putAll(ask.headers());
    }

    /// Lets a handler answer a request, as the server would: what it throws or forgets is a 500.
    public static Answer send(Ask ask, Handler handler) {
        var exchange = new FakeExchange(ask);
        exchange.run(handler);
        return exchange.received();
    }

    /// As [#send], on the exchange at hand.
    public void run(Handler handler) {
        try {
            handler.handle(this);
        } catch (IOException | RuntimeException failure) {
            if (status == 0) {
                status = 500;
            }
        }
        status = status == 0 ? 500 : status;
    }

    public synchronized Answer received() {
        return new Answer(status, headers, body.toByteArray());
    }

    /// The client goes.
    public void disconnect() {
        List<Runnable> actions;
        synchronized (this) {
            gone = true;
            actions = List.copyOf(whenDisconnected);
            whenDisconnected.clear();
        }
        actions.forEach(Runnable::run);
    }

    @Override
    public Caller caller() {
        return ask.caller();
    }

    @Override
    public String method() {
        return ask.method();
    }

    @Override
    public String path() {
        return ask.path();
    }

    @Override
    public Optional<String> query(String name) {
        List<String> all = queryAll(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    @Override
    public List<String> queryAll(String name) {
        var values = new ArrayList<String>();
        for (int i = 0; i < ask.query().size(); i += 2) {
            if (ask.query().get(i).equals(name)) {
                values.add(ask.query().get(i + 1));
            }
        }
        return values;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(requestHeaders.get(name));
    }

    @Override
    public InputStream body(Duration limit) {
        return body();
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(ask.body());
    }

    @Override
    public void setHeader(String name, String value) {
        headers.put(name, value);
    }

    private synchronized void begin(int newStatus, String contentType) throws IOException {
        if (status != 0) {
            throw new IllegalStateException("answered twice");
        }
        if (gone) {
            throw new IOException("the client has gone");
        }
        status = newStatus;
        if (!contentType.isEmpty()) {
            headers.put("Content-Type", contentType);
        }
    }

    @Override
    public void answer(int newStatus, String contentType, byte[] bytes) throws IOException {
        begin(newStatus, contentType);
        if (!method().equals("HEAD")) {
            body.write(bytes);
        }
    }

    @Override
    public void answerEmpty(int newStatus) throws IOException {
        begin(newStatus, "");
    }

    @Override
    public OutputStream stream(int newStatus, String contentType) throws IOException {
        begin(newStatus, contentType);
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                synchronized (FakeExchange.this) {
                    if (gone) {
                        throw new IOException("the client has gone");
                    }
                    body.write(bytes, offset, length);
                }
            }
        };
    }

    /// The client's input is the request's body.
    @Override
    public Upgraded upgrade(String contentType) throws IOException {
        boolean asked = header("Connection").orElse("").equalsIgnoreCase("upgrade");
        begin(asked ? 101 : 200, contentType);
        return new Upgraded() {
            @Override
            public InputStream input() {
                return FakeExchange.this.body();
            }

            @Override
            public OutputStream output() {
                return body;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void whenDisconnected(Runnable action) {
        synchronized (this) {
            if (!gone) {
                whenDisconnected.add(action);
                return;
            }
        }
        action.run();
    }
}
