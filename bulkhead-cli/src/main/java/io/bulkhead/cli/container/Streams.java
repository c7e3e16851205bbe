package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.terminal.Session;
import io.bulkhead.cli.terminal.Signals;
import io.bulkhead.cli.terminal.Tty;
import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Failure;
import java.io.IOException;
import java.util.List;

/// Joining the user's streams to a container's: attaching, resizing, passing signals on.
record Streams(Api api, Console console, String container) {

    /// Signals a user sends to a program. SIGQUIT and SIGUSR1 stay the JVM's, which allows no other handler.
    private static final List<String> PASSED_ON = List.of("HUP", "INT", "TERM", "USR2", "ALRM", "CONT");

    Answer attach(boolean stdin, boolean stdout, boolean stderr, String detachKeys) {
        String path = Query.of(Paths.of(container, "/attach"))
                .withText("detachKeys", detachKeys)
                .with("stream", "1")
                .withFlag("stdin", stdin)
                .withFlag("stdout", stdout)
                .withFlag("stderr", stderr)
                .toString();
        return api.hijack(path, null);
    }

    /// Until the output ends or the user detaches.
    Session.End join(Answer connection, boolean terminal, boolean stdin, String detachKeys) {
        return join(connection, terminal, stdin, detachKeys, Paths.of(container, "/resize"));
    }

    Session.End join(Answer connection, boolean terminal, boolean stdin, String detachKeys, String resizePath) {
        var session = new Session(console.in(), console.out(), console.err(), terminal, stdin, detachKeys);
        try (connection) {
            return session.join(connection, size -> resize(resizePath, size));
        } catch (IOException failure) {
            throw new Failure(ExitCodes.DAEMON, String.valueOf(failure.getMessage()));
        } catch (IllegalArgumentException invalid) {
            throw new Failure(ExitCodes.DAEMON, String.valueOf(invalid.getMessage()));
        }
    }

    private void resize(String path, Tty.Size size) {
        try {
            api.post(Query.of(path)
                    .with("h", String.valueOf(size.rows()))
                    .with("w", String.valueOf(size.columns()))
                    .toString());
        } catch (ApiException _) {
            // The process may have ended in between; a wrong size harms nothing.
        }
    }

    void passSignalsOn() {
        for (String signal : PASSED_ON) {
            Signals.on(signal, () -> kill(signal));
        }
    }

    private void kill(String signal) {
        try {
            api.post(Query.of(Paths.of(container, "/kill"))
                    .with("signal", "SIG" + signal)
                    .toString());
        } catch (ApiException _) {
            // It has ended; waiting for it tells.
        }
    }

    /// A terminal for the container needs one here to type on.
    static void requireTerminal(boolean terminal, boolean stdin) {
        if (terminal && stdin && !Tty.is(0)) {
            throw new Failure("the input device is not a TTY");
        }
    }
}
