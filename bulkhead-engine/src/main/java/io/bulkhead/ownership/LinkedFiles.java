package io.bulkhead.ownership;

import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.PinnedEntry;
import io.bulkhead.kernel.TreeReader;
import io.bulkhead.ownership.OwnershipException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Files with several names. One whose names are not all in the tree is somebody's else as well and stays as it
/// is: else whoever can make a link to a file would be given it.
///
/// All names are looked at once more, one after the other, when the walk is over. Somebody quick can still move
/// one name about meanwhile to be counted twice; what keeps that harmless is that the kernel lets nobody link a
/// file he could not write anyway (`fs.protected_hardlinks`). Where that is switched off no file with several
/// names is changed.
final class LinkedFiles {

    private static final Path PROTECTED = Path.of("/proc/sys/fs/protected_hardlinks");

    /// What each costs in memory times this is what a hostile tree can take.
    private static final int MOST = 2_000_000;

    private final Map<Key, List<String>> names = new HashMap<>();
    private int count;

    private record Key(long device, long inode) {}

    synchronized void add(PinnedEntry entry, String path) {
        if (++count > MOST) {
            throw new OwnershipException(
                    Reason.TOO_DEEP, "the tree has more than " + MOST + " names of files with several names");
        }
        names.computeIfAbsent(new Key(entry.device(), entry.inode()), _ -> new ArrayList<>(2))
                .add(path);
    }

    /// Those that are the tree's alone, pinned, in batches.
    synchronized List<List<PinnedEntry>> verified(Fd root, Left left, int batch) {
        var batches = new ArrayList<List<PinnedEntry>>();
        if (names.isEmpty()) {
            return batches;
        }
        boolean kept = linksAreProtected();
        try (var reader = new TreeReader(root)) {
            for (Map.Entry<Key, List<String>> file : names.entrySet()) {
                verified(reader, file.getKey(), file.getValue(), kept, left).ifPresent(entry -> {
                    if (batches.isEmpty() || batches.getLast().size() >= batch) {
                        batches.add(new ArrayList<>());
                    }
                    batches.getLast().add(entry);
                });
            }
        } catch (RuntimeException | Error failure) {
            batches.forEach(each -> each.forEach(TreeReader::release));
            throw failure;
        }
        return batches;
    }

    private static Optional<PinnedEntry> verified(
            TreeReader reader, Key key, List<String> paths, boolean kept, Left left) {
        if (!kept) {
            left.add(paths.getFirst(), "it has several names, and fs.protected_hardlinks is off");
            return Optional.empty();
        }
        Optional<PinnedEntry> last = Optional.empty();
        for (String path : paths) {
            last.ifPresent(TreeReader::release);
            last = reader.pin(path);
            boolean same = last.isPresent()
                    && last.get().device() == key.device
                    && last.get().inode() == key.inode
                    && last.get().links() <= paths.size();
            if (!same) {
                last.ifPresent(TreeReader::release);
                left.add(path, "it has names outside the tree, or was exchanged meanwhile");
                return Optional.empty();
            }
        }
        return last;
    }

    private static boolean linksAreProtected() {
        try {
            return Files.readString(PROTECTED).strip().equals("1");
        } catch (IOException unreadable) {
            return false;
        }
    }
}
