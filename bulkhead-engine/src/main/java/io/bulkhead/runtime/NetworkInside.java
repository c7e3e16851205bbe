package io.bulkhead.runtime;

import io.bulkhead.kernel.Child;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileChannels;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Namespaces;
import io.bulkhead.kernel.Pipe;
import io.bulkhead.kernel.Spawn;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Makes a network namespace that belongs to a user namespace which is there already. Only a process with one thread
/// can enter a user namespace, so this takes a program: util-linux's, as the launcher uses it.
///
/// The program has a container's outer ids for a moment. It is in no namespace of process ids of any container, so none
/// can name it.
public final class NetworkInside {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int USER = 3;

    private NetworkInside() {}

    /// Its loopback device is down.
    ///
    /// @throws OciException if it cannot be made
    public static Fd of(Fd userNamespace) {
        List<String> command =
                List.of("nsenter", "--user=/proc/self/fd/" + USER, "--", "unshare", "--net", "--", "cat");
        try (Pipe input = Spawn.pipe();
                Pipe output = Spawn.pipe()) {
            Child child = Spawn.start(
                    command,
                    Program.ENVIRONMENT,
                    Map.of(0, input.read(), 1, output.write(), 2, output.write(), USER, userNamespace),
                    false);
            input.read().close();
            output.write().close();
            try (var _ = Deadline.killing(child.pid(), child.exit(), LIMIT)) {
                return made(child, FileChannels.output(input.write()), FileChannels.parkingInput(output.read()));
            }
        } catch (KernelException | IOException failure) {
            throw new OciException(
                    OciException.Reason.MISSING,
                    "a network in another container's user namespace: nsenter and unshare of util-linux: "
                            + failure.getMessage());
        }
    }

    /// What it was sent comes back when it is where it should be.
    private static Fd made(Child child, OutputStream input, InputStream output) throws IOException {
        byte[] word = {'n'};
        try (input) {
            input.write(word);
            byte[] answer = output.readNBytes(1);
            if (answer.length == 1 && answer[0] == word[0]) {
                return Namespaces.ofProcess(child.pid(), "net");
            }
        }
        throw new IOException("they end without having made one");
    }
}
