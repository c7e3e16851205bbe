package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.terminal.Session;
import io.bulkhead.cli.terminal.Tty;
import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Failure;
import java.io.IOException;

/// Joining the user's streams to a container's: attaching and resizing.
record Streams(Api api, Console console, String container) {

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

    /// A terminal for the container needs one here to type on.
    static void requireTerminal(boolean terminal, boolean stdin) {
        if (terminal && stdin && !Tty.is(0)) {
            throw new Failure("the input device is not a TTY");
        }
    }
}
