package io.bulkhead.ownership;

import io.bulkhead.kernel.PinnedEntry;
import io.bulkhead.kernel.TreeReader;
import io.bulkhead.ownership.Change.Outcome;
import io.bulkhead.ownership.Change.State;
import io.bulkhead.ownership.Ownership.Result;
import io.bulkhead.ownership.TreeWalk.DirectoryId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// One change under way. It is recorded as soon as there is something to change, and not before: most starts of a
/// container find everything as it was.
final class Changing {

    private final ChangeStore store;
    private final ChangeableTree tree;
    private final OwnerRule rule;
    private final Left left = new Left();
    private final LongAdder seen = new LongAdder();
    private final LongAdder changed = new LongAdder();
    private final LongAdder setId = new LongAdder();
    private final ChangeFile planned;
    private final long rootDevice;
    private @Nullable ChangeFile recorded;
    private @Nullable OwnerLog log;

    Changing(ChangeStore store, ChangeableTree tree, OwnerRule rule, String container, Instant now) {
        this.store = store;
        this.tree = tree;
        this.rule = rule;
        try (var reader = new TreeReader(tree.root())) {
            PinnedEntry root = reader.root();
            TreeReader.release(root);
            this.rootDevice = root.device();
            var change = new Change("", tree.path(), rule, container, now, State.CHANGING, Outcome.NOTHING);
            this.planned = ChangeFile.of(change, root.inode(), root.born());
        }
    }

    Result run(int threads, Set<DirectoryId> forbidden) {
        try {
            new TreeWalk(tree.root(), threads, forbidden, left, this::apply).run();
            return finish();
        } finally {
            close();
        }
    }

    private synchronized Result finish() {
        var outcome = new Outcome(seen.sum(), changed.sum(), setId.sum(), left.named(), left.count());
        ChangeFile file = recorded;
        if (file == null) {
            return new Result(Optional.empty(), outcome);
        }
        // A change that was gone on with has changed more than this run did.
        Outcome before = file.outcome();
        var all = new Outcome(
                outcome.seen(),
                before.changed() + outcome.changed(),
                before.setId() + outcome.setId(),
                outcome.left(),
                outcome.leftCount());
        file.with(State.DONE, all).write(store.directory(file.id()));
        return new Result(Optional.of(file.id()), outcome);
    }

    private void apply(TreeReader reader, List<PinnedEntry> batch) {
        seen.add(batch.size());
        var wrong = new ArrayList<PinnedEntry>(batch.size());
        for (PinnedEntry entry : batch) {
            if (rule.uid(entry.uid()) != entry.uid() || rule.gid(entry.gid()) != entry.gid()) {
                wrong.add(entry);
            }
        }
        if (wrong.isEmpty()) {
            return;
        }
        log().append(wrong);
        for (PinnedEntry entry : wrong) {
            reader.changeOwner(entry, rule.uid(entry.uid()), rule.gid(entry.gid()));
            if (entry.losesSetId()) {
                setId.increment();
            }
        }
        changed.add(wrong.size());
    }

    private synchronized OwnerLog log() {
        OwnerLog open = log;
        if (open == null) {
            ChangeFile file = cutOff().orElseGet(() -> store.begin(planned));
            recorded = file;
            open = OwnerLog.open(store.directory(file.id()), rootDevice);
            log = open;
        }
        return open;
    }

    /// The same change, begun earlier and not finished.
    private Optional<ChangeFile> cutOff() {
        return store.all().stream()
                .filter(file -> file.state() == State.CHANGING
                        && file.path().equals(planned.path())
                        && file.rootInode() == planned.rootInode()
                        && file.rootBorn() == planned.rootBorn()
                        && file.rule().equals(rule))
                .findFirst();
    }

    private synchronized void close() {
        if (log != null) {
            log.close();
        }
    }
}
