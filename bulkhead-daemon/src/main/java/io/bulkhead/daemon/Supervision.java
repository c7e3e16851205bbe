package io.bulkhead.daemon;

import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Supervisor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What systemd, or whoever speaks its protocols, says by way of the environment (sd_listen_fds(3), sd_notify(3)).
final class Supervision {

    private static final System.Logger LOG = System.getLogger(Supervision.class.getName());
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int MOST = 16;

    private final Map<String, String> environment;
    private final long pid;

    Supervision(Map<String, String> environment, long pid) {
        this.environment = environment;
        this.pid = pid;
    }

    /// The listening sockets this process was started with, ready to use; none if they are meant for another
    /// process.
    List<Integer> listeners() {
        String count = environment.get("LISTEN_FDS");
        if (count == null || !Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
            return List.of();
        }
        if (!count.matches("[0-9]{1,2}") || Integer.parseInt(count) > MOST) {
            throw new StartException("LISTEN_FDS is " + count + ", not a number of up to " + MOST);
        }
        var descriptors = new ArrayList<Integer>();
        for (int i = 0; i < Integer.parseInt(count); i++) {
            try {
                Supervisor.adoptListener(FIRST_DESCRIPTOR + i);
            } catch (KernelException unusable) {
                throw new StartException("socket activation: " + unusable.getMessage(), unusable);
            }
            descriptors.add(FIRST_DESCRIPTOR + i);
        }
        return descriptors;
    }

    /// For example `READY=1`. A supervisor that does not listen is no reason to stop.
    void say(String state) {
        @Nullable String socket = environment.get("NOTIFY_SOCKET");
        if (socket == null || socket.isEmpty()) {
            return;
        }
        try {
            Supervisor.notify(socket, state);
        } catch (KernelException unheard) {
            LOG.log(System.Logger.Level.WARNING, "supervisor not told", "reason", unheard.getMessage());
        }
    }
}
