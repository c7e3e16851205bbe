package io.bulkhead.audit;

import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.chain.CheckpointKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The record as files of JSON lines, each naming the SHA-256 of the line before it, with signed checkpoints in between
/// (docs/audit.md). A line is written before [#append] returns, so it survives the end of this process; it is forced to
/// the disk within [#FORCE_INTERVAL_MILLIS], or before [#append] returns where that was asked for.
///
/// One thread writes, for all that wait at the time together: the order of the lines is the order of the chain, and
/// nobody's interrupt can close the file under the others.
public final class AuditFile implements AuditLog {

    static final long FORCE_INTERVAL_MILLIS = 100;

    private static final System.Logger LOG = System.getLogger(AuditFile.class.getName());
    private static final int TOGETHER = 1024;
    private static final long TEND_MILLIS = 1000;

    /// Wakes the writer; never written.
    private static final Entry NOTHING = new Entry(Optional.empty(), Map.of());

    private final LinkedBlockingQueue<Entry> waiting = new LinkedBlockingQueue<>();
    private final Ledger ledger;
    private final AtomicLong lostOutcomes = new AtomicLong();
    private final Thread writer =
            Thread.ofPlatform().daemon().name("audit-write").unstarted(this::writeAll);
    private final Thread forcer =
            Thread.ofPlatform().daemon().name("audit-force").unstarted(this::forceAgainAndAgain);
    private volatile boolean dirty;
    private volatile boolean closed;

    private AuditFile(Ledger ledger) {
        this.ledger = ledger;
    }

    public static AuditFile open(Path directory, Clock clock) {
        return open(directory, AuditSettings.DEFAULTS, clock);
    }

    /// Opens or begins the record in `directory`. A last line that a power cut tore is moved to a file of its own
    /// beside it; the next line says how many bytes that were.
    ///
    /// @throws AuditException when the record cannot be opened, is no chain up to its end, or was cut off
    public static AuditFile open(Path directory, AuditSettings settings, Clock clock) {
        try {
            var file = new AuditFile(Ledger.open(directory, settings, clock));
            file.writer.start();
            file.forcer.start();
            return file;
        } catch (IOException failure) {
            throw new AuditException("audit record in " + directory + ": cannot be opened", failure);
        }
    }

    @Override
    public long append(
            Caller caller, Operation operation, Target target, Set<Privilege> privileges, Decision decision) {
        var entry =
                new Entry(Optional.of(operation), RecordFields.call(caller, operation, target, privileges, decision));
        add(entry);
        try {
            return entry.written().join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof AuditException refused) {
                throw new AuditException(String.valueOf(refused.getMessage()), refused.getCause());
            }
            throw failed;
        }
    }

    @Override
    public void ended(Outcome outcome) {
        var entry = new Entry(Optional.empty(), RecordFields.outcome(outcome));
        var _ = entry.written().exceptionally(failure -> {
            lostOutcomes.incrementAndGet();
            LOG.log(
                    System.Logger.Level.ERROR,
                    "how an operation ended is not on the record",
                    "record",
                    outcome.of(),
                    "operation",
                    outcome.operation().spelling(),
                    "reason",
                    String.valueOf(failure.getMessage()));
            return 0L;
        });
        add(entry);
    }

    private void add(Entry entry) {
        waiting.add(entry);
        // Whoever comes after the writer's last look is told so by whoever sees it first.
        if (closed && !writer.isAlive()) {
            refuseWaiting();
        }
    }

    private void refuseWaiting() {
        for (Entry entry = waiting.poll(); entry != null; entry = waiting.poll()) {
            entry.written().completeExceptionally(new AuditException("the audit record is closed", null));
        }
    }

    /// How many operations ended without a record of that.
    public long lostOutcomes() {
        return lostOutcomes.get();
    }

    /// What checkpoints are signed with.
    public CheckpointKey key() {
        return ledger.key().open();
    }

    private void writeAll() {
        var batch = new ArrayList<Entry>();
        while (!closed || !waiting.isEmpty()) {
            if (await(batch)) {
                waiting.drainTo(batch, TOGETHER - batch.size());
                batch.remove(NOTHING);
                ledger.write(List.copyOf(batch));
                dirty = true;
                batch.clear();
            }
            ledger.tend();
        }
    }

    /// @return whether there is something to write
    private boolean await(List<Entry> batch) {
        try {
            Entry first = waiting.poll(closed ? 0 : TEND_MILLIS, TimeUnit.MILLISECONDS);
            return first != null && batch.add(first);
        } catch (InterruptedException _) {
            // Nobody has a reason to, and a record that is not written would be worse.
            return false;
        }
    }

    private void forceAgainAndAgain() {
        try {
            while (!closed) {
                Thread.sleep(FORCE_INTERVAL_MILLIS);
                forceOnce();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// A failed force is tried again: the line is in the file, and a disk that is full refuses the next line anyway.
    private void forceOnce() {
        if (dirty) {
            dirty = false;
            try {
                ledger.force();
            } catch (IOException _) {
                dirty = true;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            waiting.add(NOTHING);
            writer.join();
            forcer.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        refuseWaiting();
        try {
            ledger.close();
        } catch (IOException failure) {
            throw new AuditException("audit record cannot be forced to the disk", failure);
        }
    }
}
