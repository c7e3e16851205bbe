package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// Tells when something in a directory changes (inotify(7)). All watches of the process share one kernel object and
/// the one watching thread: the JDK's `WatchService` takes a thread and one of 128 objects a user may have, each.
public final class FileChanges {

    private static final int CLOEXEC_NONBLOCK = Sys.O_CLOEXEC | Sys.O_NONBLOCK;
    private static final int MODIFY = 0x2;
    private static final int MOVED_TO = 0x80;
    private static final int CREATE = 0x100;
    private static final int DELETE = 0x200;
    private static final int ONLY_DIRECTORY = 0x0100_0000;
    private static final int BUFFER = 64 * 1024;
    private static final int EVENT = 16;
    private static final int NAME_LENGTH = 12;

    /// A watch that goes on until it is closed.
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Shared {
        static final FileChanges INSTANCE = new FileChanges();
    }

    private final Fd inotify;
    private final Object lock = new Object();

    // Guarded by lock. The kernel gives one directory one number, however often it is asked.
    private final Map<Integer, List<Runnable>> listeners = new HashMap<>();

    private FileChanges() {
        long made = Calls.syscall(Sys.INOTIFY_INIT1, CLOEXEC_NONBLOCK);
        inotify = new Fd((int) Calls.check(made, "inotify_init1"));
        arm();
    }

    /// Runs `action` whenever a file in the directory is made, written, moved or removed. It runs on the watching
    /// thread, must not block, and may run once more than needed.
    ///
    /// @return ends the watch
    /// @throws KernelException ENOSPC when the user has too many watches: look from time to time instead
    public static Watch watch(Path directory, Runnable action) {
        return Shared.INSTANCE.add(directory, action);
    }

    private Watch add(Path directory, Runnable action) {
        synchronized (lock) {
            try (Arena arena = Arena.ofConfined()) {
                long name = Calls.text(arena, directory.toString()).address();
                int mask = MODIFY | MOVED_TO | CREATE | DELETE | ONLY_DIRECTORY;
                long added = Calls.syscall(Sys.INOTIFY_ADD_WATCH, inotify.number(), name, mask);
                int watch = (int) Calls.check(added, "inotify_add_watch", directory.toString());
                listeners
                        .computeIfAbsent(watch, _ -> new CopyOnWriteArrayList<>())
                        .add(action);
                return () -> remove(watch, action);
            }
        }
    }

    private void remove(int watch, Runnable action) {
        synchronized (lock) {
            List<Runnable> others = listeners.getOrDefault(watch, List.of());
            if (others.remove(action) && others.isEmpty()) {
                listeners.remove(watch);
                // Fails when the directory is gone, which ended the watch already.
                long _ = Calls.syscall(Sys.INOTIFY_RM_WATCH, inotify.number(), watch);
            }
        }
    }

    private void arm() {
        Watcher.shared().whenReadable(inotify, this::tell);
    }

    private void tell() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocate(BUFFER, 8);
            long length = Calls.restarting(Sys.READ, inotify.number(), events.address(), BUFFER);
            for (long at = 0; at < length; ) {
                run(events.get(ValueLayout.JAVA_INT_UNALIGNED, at));
                at += EVENT + events.get(ValueLayout.JAVA_INT_UNALIGNED, at + NAME_LENGTH);
            }
        } finally {
            arm();
        }
    }

    /// The number is -1 when events were lost: then everybody looks.
    private void run(int watch) {
        List<Runnable> actions;
        synchronized (lock) {
            actions = watch < 0
                    ? listeners.values().stream().flatMap(List::stream).toList()
                    : List.copyOf(listeners.getOrDefault(watch, List.of()));
        }
        actions.forEach(Runnable::run);
    }
}
