package io.bulkhead.ownership;

import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.PinnedEntry;
import io.bulkhead.kernel.TreeReader;
import io.bulkhead.ownership.Change.Outcome;
import io.bulkhead.ownership.OwnerTable.Old;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// Gives back what a change took. Done twice it does nothing the second time, so one that is cut off is done again.
final class Undoing {

    private final OwnerRule rule;
    private final Fd root;
    private final OwnerTable table;
    private final Left left = new Left();
    private final LongAdder seen = new LongAdder();
    private final LongAdder changed = new LongAdder();

    Undoing(Path record, OwnerRule rule, Fd root) {
        this.rule = rule;
        this.root = root;
        try (var reader = new TreeReader(root)) {
            PinnedEntry top = reader.root();
            TreeReader.release(top);
            this.table = OwnerTable.read(record, top.device());
        }
    }

    Outcome run(int threads) {
        new TreeWalk(root, threads, Set.of(), left, this::apply).run();
        return new Outcome(seen.sum(), changed.sum(), 0, left.named(), left.count());
    }

    private void apply(TreeReader reader, List<PinnedEntry> batch) {
        seen.add(batch.size());
        for (PinnedEntry entry : batch) {
            Optional<Old> old = table.find(entry);
            if (old.isEmpty()) {
                continue;
            }
            if (isAsGiven(entry, old.get())) {
                reader.changeOwner(entry, old.get().uid(), old.get().gid());
                changed.increment();
            } else if (entry.uid() != old.get().uid()
                    || entry.gid() != old.get().gid()) {
                left.add("inode " + entry.inode(), "somebody gave it to " + entry.uid() + ":" + entry.gid());
            }
        }
    }

    private boolean isAsGiven(PinnedEntry entry, Old old) {
        return entry.uid() == rule.uid(old.uid()) && entry.gid() == rule.gid(old.gid());
    }
}
