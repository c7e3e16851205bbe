package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What posix_spawn does with descriptors between fork and exec.
final class SpawnActions implements AutoCloseable {

    /// glibc's struct has 80 bytes, musl's as many.
    private static final int SIZE = 256;

    private static final Map<String, MemorySegment> FUNCTIONS = new ConcurrentHashMap<>();

    private final MemorySegment actions;

    SpawnActions(Arena arena) {
        actions = arena.allocate(SIZE, 16);
        add("posix_spawn_file_actions_init");
    }

    static MemorySegment function(String name) {
        return FUNCTIONS.computeIfAbsent(name, Calls::function);
    }

    long address() {
        return actions.address();
    }

    /// Puts each descriptor in its place and closes everything else.
    void place(Map<Integer, Fd> descriptors) {
        int next = 0;
        for (var entry : new TreeMap<>(descriptors).entrySet()) {
            for (; next < entry.getKey(); next++) {
                add("posix_spawn_file_actions_addclose", next);
            }
            add("posix_spawn_file_actions_adddup2", entry.getValue().number(), entry.getKey());
            next = entry.getKey() + 1;
        }
        add("posix_spawn_file_actions_addclosefrom_np", next);
    }

    private void add(String function, long... arguments) {
        long[] all = new long[arguments.length + 1];
        all[0] = actions.address();
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int error = (int) Calls.call(function(function), all).value();
        if (error != 0) {
            throw new KernelException(function, error);
        }
    }

    @Override
    public void close() {
        add("posix_spawn_file_actions_destroy");
    }
}
