package io.bulkhead.runtime;

import io.bulkhead.kernel.Child;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileChannels;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Pipe;
import io.bulkhead.kernel.Spawn;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Runs a program of the host to its end. Its standard streams are pipes, never files or devices of the host: crun
/// changes the owner of what it is given (docs/threat-model.md T-RUN-1).
final class Program {

    /// The runtimes look for helpers there; nothing else of this process's environment is passed on.
    static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    private static final int OUTPUT_LIMIT = 64 * 1024;
    private static final int SIGKILL = 9;

    private Program() {}

    /// @param output what it wrote to both its output streams, at most 64 KiB
    record Result(int exitCode, String output) {}

    /// @throws OciException MISSING if it cannot be started, TIMED_OUT after `limit`; then it was killed
    static Result run(List<String> command, Duration limit) {
        try (Pipe input = Spawn.pipe();
                Pipe output = Spawn.pipe()) {
            Child child = start(command, Map.of(0, input.read(), 1, output.write(), 2, output.write()));
            input.read().close();
            input.write().close();
            output.write().close();
            try (var _ = Deadline.killing(child.pid(), child.exit(), limit)) {
                String text = read(FileChannels.parkingInput(output.read()));
                int code = child.waitFor();
                if (code == 128 + SIGKILL) {
                    throw new OciException(
                            OciException.Reason.TIMED_OUT, command.getFirst() + " was killed after " + limit);
                }
                return new Result(code, text);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new OciException(OciException.Reason.TIMED_OUT, "interrupted while " + command.getFirst() + " ran");
        }
    }

    private static Child start(List<String> command, Map<Integer, Fd> descriptors) {
        try {
            return Spawn.start(command, ENVIRONMENT, descriptors, false);
        } catch (KernelException missing) {
            throw new OciException(OciException.Reason.MISSING, String.valueOf(missing.getMessage()));
        }
    }

    private static String read(InputStream stream) throws IOException {
        byte[] bytes = stream.readNBytes(OUTPUT_LIMIT);
        long _ = stream.transferTo(java.io.OutputStream.nullOutputStream());
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
