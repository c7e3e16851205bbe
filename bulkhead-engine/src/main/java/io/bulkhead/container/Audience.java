package io.bulkhead.container;

import io.bulkhead.container.MonitorStream.Input;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The clients attached to one process. While it runs, one that does not read holds its output up; once it has ended,
/// none may keep its monitor, and so its end, from being known: what they have not read is kept for them.
final class Audience {

    private final Set<MonitorStream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    MonitorStream connect(Path attachSocket, boolean tty, Input input) {
        var stream = MonitorStream.connect(attachSocket, tty, input, streams::remove);
        streams.add(stream);
        if (over) {
            takeRest(stream);
        }
        return stream;
    }

    /// The process has ended. Does not wait.
    void processEnded() {
        over = true;
        streams.forEach(Audience::takeRest);
    }

    private static void takeRest(MonitorStream stream) {
        Thread.ofVirtual().name("attach-rest").start(stream::takeRest);
    }
}
