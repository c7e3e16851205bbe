package io.bulkhead.denial;

import io.bulkhead.kernel.SyscallRecorder.Count;
import io.bulkhead.seccomp.SyscallTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/// What one container calls, counted from the kernel's records, while its filter logs what it would otherwise simply
/// allow. Slower than an eBPF program, and calls are missed where records are lost or the container floods.
public final class LoggedCalls implements AutoCloseable {

    /// As many numbers of a table as the eBPF program counts.
    private static final int NUMBERS = 1024;

    private static final Duration QUIET = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Map<SyscallTable, AtomicLongArray> counts = new EnumMap<>(SyscallTable.class);
    private final Runnable forget;
    private volatile boolean gaps;
    private volatile long last = System.nanoTime();

    LoggedCalls(Runnable forget) {
        this.forget = forget;
        for (SyscallTable table : SyscallTable.values()) {
            counts.put(table, new AtomicLongArray(NUMBERS));
        }
    }

    void count(RefusedCall call) {
        AtomicLongArray table = counts.get(call.table());
        if (table != null && call.number() >= 0 && call.number() < NUMBERS) {
            table.incrementAndGet(call.number());
        }
        last = System.nanoTime();
    }

    void missedSome() {
        gaps = true;
    }

    /// Since the beginning, in the order of tables and numbers.
    public List<Count> counts() {
        var all = new ArrayList<Count>();
        counts.forEach((table, numbers) -> {
            for (int number = 0; number < NUMBERS; number++) {
                if (numbers.get(number) != 0) {
                    all.add(new Count(table, number, numbers.get(number)));
                }
            }
        });
        return all;
    }

    /// Whether there may have been other calls too.
    public boolean hasGaps() {
        return gaps;
    }

    /// The records of a container that has ended come a moment later. Returns when there are no more.
    public void settle() {
        long begun = System.nanoTime();
        try {
            do {
                Thread.sleep(QUIET);
            } while (System.nanoTime() - last < QUIET.toNanos() && System.nanoTime() - begun < LONGEST.toNanos());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        forget.run();
    }
}
