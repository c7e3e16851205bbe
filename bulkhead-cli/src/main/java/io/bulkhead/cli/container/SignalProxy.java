package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.terminal.Signals;
import java.util.ArrayList;
import java.util.List;

/// Passes the signals this program gets on to a container. One that comes before the container runs is sent as soon
/// as it does: the daemon would refuse it until then, and whoever sent it would wait for an end nobody was told of.
final class SignalProxy {

    /// Signals a user sends to a program. SIGQUIT and SIGUSR1 stay the JVM's, which allows no other handler.
    private static final List<String> PASSED_ON = List.of("HUP", "INT", "TERM", "USR2", "ALRM", "CONT");

    private final Api api;
    private final String container;
    private final List<String> early = new ArrayList<>();
    private boolean begun;

    SignalProxy(Api api, String container) {
        this.api = api;
        this.container = container;
    }

    /// For a container that does not run yet: [#begin] is to be called when it does.
    static SignalProxy before(Api api, String container) {
        var proxy = new SignalProxy(api, container);
        PASSED_ON.forEach(signal -> Signals.on(signal, () -> proxy.got(signal)));
        return proxy;
    }

    void begin() {
        List<String> waiting;
        synchronized (this) {
            begun = true;
            waiting = List.copyOf(early);
        }
        waiting.forEach(this::send);
    }

    void got(String signal) {
        synchronized (this) {
            if (!begun) {
                early.add(signal);
                return;
            }
        }
        send(signal);
    }

    private void send(String signal) {
        try {
            api.post(Query.of(Paths.of(container, "/kill"))
                    .with("signal", "SIG" + signal)
                    .toString());
        } catch (ApiException _) {
            // It has ended; waiting for it tells.
        }
    }
}
