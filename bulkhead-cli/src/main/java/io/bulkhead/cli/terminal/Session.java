package io.bulkhead.cli.terminal;

import io.bulkhead.cli.api.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/// The user's terminal joined to a container's streams over a raw connection.
///
/// @param terminal the container has a terminal, so its output is one stream and typing goes to it key by key
/// @param sendsInput the user's input is sent
public record Session(
        InputStream in, OutputStream out, OutputStream err, boolean terminal, boolean sendsInput, String detachKeys) {

    /// How a session ended.
    public enum End {
        OUTPUT_ENDED,
        DETACHED
    }

    /// Until the container's output ends or the user detaches.
    ///
    /// @param resized told the size of the terminal at once and whenever it changes
    public End join(Answer connection, Consumer<Tty.Size> resized) throws IOException {
        boolean raw = terminal && sendsInput && Tty.is(0);
        Optional<DetachKeys> keys = raw ? Optional.of(DetachKeys.parse(detachKeys)) : Optional.empty();
        var input = new Input(this, connection, keys);
        Optional<TerminalMode> mode = raw ? Optional.of(TerminalMode.raw()) : Optional.empty();
        try {
            if (terminal && Tty.is(1)) {
                followSize(resized);
            }
            if (sendsInput) {
                Thread.ofPlatform().daemon().name("input").start(input);
            }
            output(connection);
        } catch (IOException failure) {
            // Detaching closes the connection under this reader.
            if (!input.detached()) {
                throw failure;
            }
        } finally {
            mode.ifPresent(TerminalMode::close);
        }
        return input.detached() ? End.DETACHED : End.OUTPUT_ENDED;
    }

    private static void followSize(Consumer<Tty.Size> resized) {
        Runnable tell = () -> Tty.size().ifPresent(resized);
        tell.run();
        Signals.on("WINCH", tell);
    }

    private void output(Answer connection) throws IOException {
        if (!terminal) {
            Frames.copy(connection.body(), out, err);
            return;
        }
        byte[] buffer = new byte[32 * 1024];
        int count = connection.body().read(buffer);
        while (count >= 0) {
            out.write(buffer, 0, count);
            out.flush();
            count = connection.body().read(buffer);
        }
    }
}
