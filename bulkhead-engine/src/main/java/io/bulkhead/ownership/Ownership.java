package io.bulkhead.ownership;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.kernel.PinnedEntry;
import io.bulkhead.kernel.TreeReader;
import io.bulkhead.name.Names;
import io.bulkhead.ownership.Change.Outcome;
import io.bulkhead.ownership.Change.State;
import io.bulkhead.ownership.OwnershipException.Reason;
import io.bulkhead.ownership.TreeWalk.DirectoryId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Changes owners of whole trees, remembers whom things belonged to, and gives them back.
///
/// One tree is changed by one at a time; another change of it, of a tree in it or around it, waits. What a change
/// learned is on disk before it acts: one that is cut off is gone on with by whoever asks for the same again, or
/// taken back.
public final class Ownership {

    private static final int MOST_THREADS = 8;

    private final ChangeStore store;
    private final Path engineState;
    private final Clock clock;
    private final int threads;
    private final Set<Path> busy = new HashSet<>();

    private Ownership(ChangeStore store, Path engineState, Clock clock, int threads) {
        this.store = store;
        this.engineState = engineState;
        this.clock = clock;
        this.threads = threads;
    }

    /// @param directory where changes are recorded
    /// @param engineState what is the engine's: nobody has its owners changed but the engine for its volumes
    public static Ownership open(Path directory, Path engineState, Clock clock) {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, MOST_THREADS);
        return new Ownership(ChangeStore.open(directory), engineState, clock, threads);
    }

    /// Whether a tree is the host's own or the engine's, by its path or as what is mounted there.
    ///
    /// @param path resolved
    public boolean isProtected(Path path) {
        return ProtectedPaths.protects(path, engineState) || alias(path).isPresent();
    }

    /// The protected tree that a path whose name says nothing of it is, holds or lies in.
    ///
    /// @param path resolved
    public Optional<Path> alias(Path path) {
        return ProtectedPaths.protects(path, engineState) ? Optional.empty() : ProtectedPaths.alias(path, engineState);
    }

    /// Whether a tree is, holds or lies in what is the engine's.
    public boolean isEngine(Path path) {
        return path.startsWith(engineState) || engineState.startsWith(path);
    }

    /// Whether a tree is, or lies in, what is the engine's.
    public boolean inEngine(Path path) {
        return path.startsWith(engineState);
    }

    /// As [#requireChangeable], before anything is there to pin.
    public void requireChangeablePath(Path path) {
        if (isProtected(path)) {
            throw protectedTree(path);
        }
    }

    /// Judges a path of the host that somebody wants the owners changed of.
    ///
    /// @param path resolved
    /// @param root pinned, no link on the way; stays the caller's
    /// @throws OwnershipException PROTECTED
    public ChangeableTree requireChangeable(Path path, Fd root) {
        if (isProtected(path)) {
            throw protectedTree(path);
        }
        try (var reader = new TreeReader(root)) {
            PinnedEntry top = reader.root();
            TreeReader.release(top);
            if (top.directory() && forbidden().contains(new DirectoryId(top.device(), top.inode()))) {
                throw protectedTree(path);
            }
        }
        return new ChangeableTree(path, root);
    }

    /// The data of a volume, which lies in the engine's state.
    ///
    /// @param data as [io.bulkhead.volume.Volumes] has it, never what a caller wrote
    public ChangeableTree volume(Path data, Fd root) {
        if (!data.startsWith(engineState) || data.equals(engineState)) {
            throw protectedTree(data);
        }
        return new ChangeableTree(data, root);
    }

    private static OwnershipException protectedTree(Path path) {
        return new OwnershipException(
                Reason.PROTECTED,
                "owners in " + Names.shown(path.toString()) + " are not changed: it is, holds or lies in a tree of the "
                        + "host itself or of the engine (ownership, protected trees). Nothing lifts this; leave the "
                        + "option `U` away, or mount a directory of its own");
    }

    private Set<DirectoryId> forbidden() {
        var ids = new HashSet<DirectoryId>();
        Stream.concat(ProtectedPaths.present(), Stream.of(engineState)).forEach(path -> {
            try (Directory directory = Directory.open(path);
                    var reader = new TreeReader(directory.fd())) {
                PinnedEntry top = reader.root();
                TreeReader.release(top);
                ids.add(new DirectoryId(top.device(), top.inode()));
            }
        });
        return ids;
    }

    /// Gives the tree's files to whom `rule` says.
    ///
    /// @param container for whom
    /// @return the record of it, or nothing if nothing had to be changed; `left` names what was left as it is
    /// @throws OwnershipException after which the change can be made again or taken back
    public Result change(ChangeableTree tree, OwnerRule rule, String container) {
        requireTurn(tree.path());
        try {
            var change = new Changing(store, tree, rule, container, Instant.now(clock));
            return change.run(threads, forbidden());
        } catch (KernelException refused) {
            throw new OwnershipException(
                    Reason.KERNEL,
                    "owners in " + Names.shown(tree.path().toString()) + ": " + refused.getMessage(),
                    refused);
        } finally {
            endTurn(tree.path());
        }
    }

    /// @param id of what can be taken back; empty if nothing was changed
    public record Result(Optional<String> id, Outcome outcome) {}

    private synchronized void requireTurn(Path path) {
        while (busy.stream().anyMatch(other -> other.startsWith(path) || path.startsWith(other))) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new OwnershipException(
                        Reason.KERNEL, "interrupted while others change the same tree", interrupted);
            }
        }
        busy.add(path);
    }

    private synchronized void endTurn(Path path) {
        busy.remove(path);
        notifyAll();
    }

    /// All changes that can be taken back, oldest first.
    public List<Change> all(Allowed allowed) {
        allowed.requireFor(Operation.OWNERSHIP_READ);
        return all();
    }

    List<Change> all() {
        return store.all().stream().map(ChangeFile::change).toList();
    }

    /// Whether a change that was neither taken back nor forgotten gave files to ids of this range: they may belong to
    /// them still, long after the container they were given to.
    public boolean gave(IdRange range) {
        return store.rules().stream().anyMatch(rule -> switch (rule) {
            case OwnerRule.Everything(long uid, long gid) -> range.contains(uid) || range.contains(gid);
            case OwnerRule.Shift(IdMap uids, IdMap gids) ->
                Stream.concat(uids.lines().stream(), gids.lines().stream())
                        .anyMatch(line -> line.outsideRange().overlaps(range));
        });
    }

    /// Gives files back to whom they belonged. Only those that still belong to whom the change gave them; a file
    /// made since is nobody's else. Set-id bits do not come back: what the file holds now is the container's. The
    /// record goes when it is done.
    public Outcome undo(Allowed allowed, String id) {
        allowed.requireFor(Operation.OWNERSHIP_UNDO);
        return undo(id);
    }

    /// The tree that a change is about.
    ///
    /// @throws OwnershipException NOT_FOUND
    public Path path(String id) {
        return find(id).change().path();
    }

    Outcome undo(String id) {
        ChangeFile file = find(id);
        Path path = file.change().path();
        requireTurn(path);
        try (Fd root = reopen(file)) {
            ChangeFile undoing = file.with(State.UNDOING, file.outcome());
            undoing.write(store.directory(id));
            Outcome outcome = new Undoing(store.directory(id), file.rule(), root).run(threads);
            store.remove(id);
            return outcome;
        } catch (KernelException refused) {
            throw new OwnershipException(
                    Reason.KERNEL, "owners in " + Names.shown(path.toString()) + ": " + refused.getMessage(), refused);
        } finally {
            endTurn(path);
        }
    }

    /// Drops the record: the change cannot be taken back any more.
    public void forget(Allowed allowed, String id) {
        allowed.requireFor(Operation.OWNERSHIP_UNDO);
        forget(id);
    }

    /// As [#forget(Allowed, String)], for what the engine changed for itself.
    public void forget(String id) {
        find(id);
        store.remove(id);
    }

    private ChangeFile find(String id) {
        return store.find(id)
                .orElseThrow(
                        () -> new OwnershipException(Reason.NOT_FOUND, "No such change of owners: " + Names.shown(id)));
    }

    /// The tree of an earlier change, if its path still leads there.
    private static Fd reopen(ChangeFile file) {
        String relative = file.path().replaceFirst("^/+", "");
        Fd root;
        try (Directory host = Directory.open(Path.of("/"))) {
            root = host.pin(relative.isEmpty() ? "." : relative, Links.REFUSE);
        } catch (KernelException gone) {
            throw new OwnershipException(
                    Reason.NOT_FOUND, "the tree of change " + file.id() + " is gone: " + gone.getMessage(), gone);
        }
        try (var reader = new TreeReader(root)) {
            PinnedEntry top = reader.root();
            TreeReader.release(top);
            if (!file.isOf(top)) {
                root.close();
                throw new OwnershipException(
                        Reason.ANOTHER_TREE,
                        Names.shown(file.path()) + " is not the tree that change " + file.id() + " changed");
            }
            return root;
        }
    }
}
