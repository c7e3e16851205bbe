package io.bulkhead.http;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The open connections of a server and the door between them and the handler.
final class Connections {

    private static final System.Logger LOG = System.getLogger(Connections.class.getName());

    private final Identity identity;
    private final Handler handler;
    private final Limits limits;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger running = new AtomicInteger();
    private final Strangers strangers;
    private volatile boolean stopping;

    Connections(Identity identity, Handler handler, Limits limits) {
        this.identity = identity;
        this.handler = handler;
        this.limits = limits;
        this.strangers = new Strangers(limits.strangers());
    }

    Identity identity() {
        return identity;
    }

    Strangers strangers() {
        return strangers;
    }

    Limits limits() {
        return limits;
    }

    boolean stopping() {
        return stopping;
    }

    /// Whether there is room for it.
    boolean admit(Connection connection) {
        if (stopping || open.size() >= limits.connections()) {
            return false;
        }
        open.add(connection);
        return true;
    }

    void left(Connection connection) {
        open.remove(connection);
    }

    /// Runs the handler on a thread of its own.
    ///
    /// @param answered told at the end whether the connection can take another request
    void serve(ServerExchange exchange, Consumer<Boolean> answered) {
        running.incrementAndGet();
        Thread.ofVirtual().name("request").start(() -> {
            boolean reusable = false;
            try {
                reusable = handle(exchange);
            } finally {
                running.decrementAndGet();
                answered.accept(reusable);
            }
        });
    }

    /// The door of every request: nothing a handler throws gets past it.
    private boolean handle(ServerExchange exchange) {
        try {
            exchange.identify();
            handler.handle(exchange);
            return exchange.finish();
        } catch (UnidentifiedException nobody) {
            exchange.endsConnection();
            exchange.setHeader("WWW-Authenticate", "Bearer");
            return answerInstead(exchange, nobody.status(), String.valueOf(nobody.getMessage()));
        } catch (MalformedException malformed) {
            return answerInstead(exchange, 400, malformed.problem());
        } catch (SlowBodyException slow) {
            return answerInstead(exchange, 408, String.valueOf(slow.getMessage()));
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "client gone", "reason", gone.getMessage());
            return false;
        } catch (Throwable failure) {
            LOG.log(System.Logger.Level.ERROR, "request failed: " + exchange.method(), failure);
            return answerInstead(exchange, 500, "internal error; the daemon's log says more");
        }
    }

    /// An answer that has begun cannot be taken back: the connection is cut, and the client sees that something is
    /// missing.
    private static boolean answerInstead(ServerExchange exchange, int status, String message) {
        if (exchange.begun()) {
            return false;
        }
        try {
            exchange.answer(status, Answers.JSON, Answers.message(message));
            return exchange.finish();
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "client gone", "reason", gone.getMessage());
            return false;
        }
    }

    /// Closes connections without a request, and those with one as soon as they are answered.
    void stop() {
        stopping = true;
        open.stream().filter(each -> each.current().isEmpty()).forEach(Connection::endGently);
    }

    /// Whether a request is being answered whose end can be waited for.
    boolean answering() {
        return open.stream().flatMap(each -> each.current().stream()).anyMatch(exchange -> !exchange.streaming());
    }

    void closeAll() {
        open.forEach(Connection::close);
    }

    /// Handlers that have not returned.
    int running() {
        return running.get();
    }
}
