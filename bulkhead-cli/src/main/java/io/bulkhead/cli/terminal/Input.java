package io.bulkhead.cli.terminal;

import io.bulkhead.cli.api.Answer;
import java.io.IOException;
import java.util.Optional;

/// Sends what the user types, and the end of the input as the end of the stream.
final class Input implements Runnable {

    private final Session session;
    private final Answer connection;
    private final Optional<DetachKeys> keys;
    private volatile boolean detached;

    Input(Session session, Answer connection, Optional<DetachKeys> keys) {
        this.session = session;
        this.connection = connection;
        this.keys = keys;
    }

    boolean detached() {
        return detached;
    }

    @Override
    public void run() {
        byte[] buffer = new byte[16 * 1024];
        try {
            int count = session.in().read(buffer);
            while (count >= 0 && !detached) {
                send(buffer, count);
                count = detached ? -1 : session.in().read(buffer);
            }
            if (!detached) {
                connection.endOutput();
            }
        } catch (IOException _) {
            // the container has ended, which the reader of its output tells
        }
    }

    private void send(byte[] buffer, int count) throws IOException {
        if (keys.isEmpty()) {
            write(buffer, count);
            return;
        }
        byte[] passed = keys.get().pass(buffer, count);
        write(passed, passed.length);
        if (keys.get().detached()) {
            detached = true;
            connection.close();
        }
    }

    private void write(byte[] bytes, int count) throws IOException {
        connection.raw().write(bytes, 0, count);
        connection.raw().flush();
    }
}
