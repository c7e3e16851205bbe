package io.bulkhead.http;

import java.util.ArrayList;
import java.util.List;

/// Who wants to know that the client has gone. Each action runs once, on a virtual thread of its own: it comes from
/// outside and may not hold up the event loop.
///
/// `this` guards the fields.
final class Disconnection {

    private final List<Runnable> actions = new ArrayList<>();
    private boolean gone;
    private boolean over;

    void then(Runnable action) {
        synchronized (this) {
            if (!gone) {
                if (!over) {
                    actions.add(action);
                }
                return;
            }
        }
        run(action);
    }

    void happened() {
        List<Runnable> due;
        synchronized (this) {
            if (gone || over) {
                return;
            }
            gone = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        due.forEach(Disconnection::run);
    }

    /// The request is answered: nobody needs to know any more.
    synchronized void forget() {
        over = true;
        actions.clear();
    }

    private static void run(Runnable action) {
        Thread.ofVirtual().name("disconnected").start(action);
    }
}
