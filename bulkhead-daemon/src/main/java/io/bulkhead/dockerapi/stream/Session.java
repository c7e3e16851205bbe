package io.bulkhead.dockerapi.stream;

import io.bulkhead.container.Containers.Stream;
import io.bulkhead.container.StdioStream;
import io.bulkhead.http.Exchange.Upgraded;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;

/// A client attached to a process: output goes to it until there is no more, its input goes to the process until it
/// ends or the detach keys are pressed. The process outlives the session whichever way it ends.
///
/// @param outputs which of the two streams the client wants
/// @param closeInput whether the end of the client's input is the end of the process's
public record Session(
        StdioStream process, Set<Stream> outputs, boolean input, boolean closeInput, DetachKeys detachKeys) {

    private static final System.Logger LOG = System.getLogger(Session.class.getName());
    private static final int BUFFER = 32 * 1024;

    public Session {
        outputs = Set.copyOf(outputs);
    }

    /// Returns when output has ended or the client has left.
    public void run(Upgraded connection) {
        if (input) {
            Thread.ofVirtual().name("stdin").start(() -> sendInput(connection));
        }
        try (connection;
                process) {
            sendOutput(connection);
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "an attached client left", gone);
        }
    }

    private void sendOutput(Upgraded connection) throws IOException {
        var frames = new Frames(connection.output(), process.tty());
        for (Optional<StdioStream.Chunk> chunk = process.read(); chunk.isPresent(); chunk = process.read()) {
            if (outputs.contains(chunk.get().stream())) {
                frames.write(chunk.get().stream(), chunk.get().bytes());
            }
        }
    }

    private void sendInput(Upgraded connection) {
        try {
            if (copyInput(connection.input())) {
                // Wakes the reader of output, which then closes the connection.
                process.close();
            } else if (closeInput) {
                process.closeInput();
            }
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "the input of an attached client ended", gone);
        }
    }

    /// @return whether the detach keys were pressed
    private boolean copyInput(InputStream client) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int length = client.read(buffer); length >= 0; length = client.read(buffer)) {
            if (!process.tty()) {
                process.write(buffer, 0, length);
                continue;
            }
            DetachKeys.Passed passed = detachKeys.pass(buffer, length);
            process.write(passed.bytes(), 0, passed.bytes().length);
            if (passed.detached()) {
                return true;
            }
        }
        return false;
    }
}
