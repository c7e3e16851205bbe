package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// One thread that waits, with epoll(7), for any number of descriptors: processes to end, sockets to be ready.
///
/// Guarded by: the map is concurrent, tokens are never used twice, and an event whose token is gone is ignored; so a
/// descriptor number used again is never mistaken for the old one.
final class Watcher {

    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 1;
    static final int EPOLLOUT = 4;
    private static final int EPOLLONESHOT = 1 << 30;
    private static final int EVENTS = 64;

    private static final class Shared {
        static final Watcher INSTANCE = new Watcher();
    }

    private final Fd epoll;
    private final AtomicLong tokens = new AtomicLong();
    private final Map<Long, Runnable> waiting = new ConcurrentHashMap<>();

    private Watcher() {
        epoll = new Fd((int) Calls.check(Calls.syscall(Sys.EPOLL_CREATE1, Sys.O_CLOEXEC), "epoll_create1"));
        Thread.ofPlatform().daemon().name("descriptor-watcher").start(this::run);
    }

    static Watcher shared() {
        return Shared.INSTANCE;
    }

    /// Runs `action` once, on the watching thread, when the descriptor becomes readable. It must not block.
    /// @return undoes it, if it has not run yet; to be called before the descriptor is closed
    Runnable whenReadable(Fd fd, Runnable action) {
        return whenReady(fd, EPOLLIN, action);
    }

    /// As [#whenReadable], for EPOLLIN or EPOLLOUT; a hang-up or an error counts as ready. A descriptor may be waited
    /// for again after it fired, but not twice at once.
    Runnable whenReady(Fd fd, int events, Runnable action) {
        long token = tokens.incrementAndGet();
        waiting.put(token, action);
        long result = control(EPOLL_CTL_ADD, fd, events, token);
        if (result == -Errno.EEXIST) {
            result = control(EPOLL_CTL_MOD, fd, events, token);
        }
        if (result < 0) {
            waiting.remove(token);
            Calls.check(result, "epoll_ctl");
        }
        return () -> forget(token, fd);
    }

    private long control(int operation, Fd fd, int events, long token) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(Sys.EPOLL_EVENT_SIZE, 8);
            event.set(ValueLayout.JAVA_INT_UNALIGNED, 0, events | EPOLLONESHOT);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, Sys.EPOLL_DATA_OFFSET, token);
            return Calls.syscall(Sys.EPOLL_CTL, epoll.number(), operation, fd.number(), event.address());
        }
    }

    private void forget(long token, Fd fd) {
        if (waiting.remove(token) != null) {
            long _ = Calls.syscall(Sys.EPOLL_CTL, epoll.number(), EPOLL_CTL_DEL, fd.number(), 0);
        }
    }

    private void run() {
        MemorySegment events = Arena.global().allocate((long) EVENTS * Sys.EPOLL_EVENT_SIZE, 8);
        while (true) {
            long count = Calls.restarting(Sys.EPOLL_PWAIT, epoll.number(), events.address(), EVENTS, -1, 0, 8);
            Calls.check(count, "epoll_pwait");
            for (long i = 0; i < count; i++) {
                long at = i * Sys.EPOLL_EVENT_SIZE + Sys.EPOLL_DATA_OFFSET;
                fire(events.get(ValueLayout.JAVA_LONG_UNALIGNED, at));
            }
        }
    }

    /// One action's failure must not stop the watch over all the others.
    private void fire(long token) {
        Runnable action = waiting.remove(token);
        if (action == null) {
            return;
        }
        try {
            action.run();
        } catch (RuntimeException | Error failure) {
            System.getLogger(Watcher.class.getName())
                    .log(System.Logger.Level.ERROR, "an action on a watched descriptor failed", failure);
        }
    }
}
