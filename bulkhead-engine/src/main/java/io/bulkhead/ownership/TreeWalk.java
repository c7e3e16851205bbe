package io.bulkhead.ownership;

import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileNames;
import io.bulkhead.kernel.PinnedEntry;
import io.bulkhead.kernel.TreeReader;
import io.bulkhead.name.Names;
import io.bulkhead.ownership.OwnershipException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Walks a tree on several threads and hands its files out in batches, each file once and pinned.
///
/// Reading a directory and working on a batch are jobs of their own, so that one huge directory keeps every thread
/// busy too, and so that nobody waits while somebody else's batch goes to disk.
final class TreeWalk {

    private static final int BATCH = 512;

    /// PATH_MAX with its NUL, less the dot an empty path becomes.
    private static final int LONGEST_PATH = 4_094;

    private final Fd root;
    private final int threads;
    private final Work work;
    private final Left left;
    private final LinkedFiles linked = new LinkedFiles();
    private final Set<DirectoryId> forbidden;
    private final long mount;
    private final Deque<Job> directories = new ArrayDeque<>();
    private final Deque<List<PinnedEntry>> batches = new ArrayDeque<>();
    private int busy;
    private @Nullable Throwable failure;

    /// What is done to a batch. It need not release it.
    interface Work {
        void on(TreeReader reader, List<PinnedEntry> batch);
    }

    record DirectoryId(long device, long inode) {}

    private interface Job {
        void run(Worker worker);
    }

    /// @param forbidden directories that must not be in the tree, under whatever name
    TreeWalk(Fd root, int threads, Set<DirectoryId> forbidden, Left left, Work work) {
        this.root = root;
        this.threads = threads;
        this.forbidden = forbidden;
        this.left = left;
        this.work = work;
        try (var reader = new TreeReader(root)) {
            PinnedEntry top = reader.root();
            TreeReader.release(top);
            this.mount = top.mount();
        }
    }

    void run() {
        directories.add(Worker::begin);
        parallel();
        batches.addAll(linked.verified(root, left, BATCH));
        parallel();
    }

    private void parallel() {
        var others = new ArrayList<Thread>();
        for (int i = 1; i < threads; i++) {
            others.add(Thread.ofPlatform().name("owners-" + i).start(this::runJobs));
        }
        runJobs();
        for (Thread other : others) {
            join(other);
        }
        throwFailure();
    }

    private synchronized void throwFailure() {
        if (failure == null) {
            return;
        }
        batches.forEach(batch -> batch.forEach(TreeReader::release));
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    /// An interrupt does not leave threads of root's behind.
    private static void join(Thread other) {
        boolean interrupted = false;
        while (other.isAlive()) {
            try {
                other.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void runJobs() {
        try (var worker = new Worker()) {
            work(worker);
            worker.finish();
        } catch (RuntimeException | Error broken) {
            fail(broken);
        }
    }

    private void work(Worker worker) {
        for (Optional<Job> job = take(); job.isPresent(); job = take()) {
            job.get().run(worker);
            done();
        }
    }

    /// Nothing when everything is done, or something has failed.
    private synchronized Optional<Job> take() {
        while (failure == null && directories.isEmpty() && batches.isEmpty() && busy > 0) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                failure = new OwnershipException(Reason.KERNEL, "interrupted", interrupted);
            }
        }
        if (failure != null || (directories.isEmpty() && batches.isEmpty())) {
            return Optional.empty();
        }
        busy++;
        if (batches.isEmpty()) {
            return Optional.of(directories.removeLast());
        }
        List<PinnedEntry> batch = batches.removeFirst();
        return Optional.of(worker -> worker.process(batch));
    }

    private synchronized void done() {
        busy--;
        notifyAll();
    }

    private synchronized void fail(Throwable broken) {
        if (failure == null) {
            failure = broken;
        }
        notifyAll();
    }

    private synchronized void addDirectory(String path) {
        directories.addLast(worker -> worker.read(path));
        notify();
    }

    /// @return false if enough wait already: each holds descriptors
    private synchronized boolean offer(List<PinnedEntry> batch) {
        if (batches.size() >= threads) {
            return false;
        }
        batches.addLast(batch);
        notify();
        return true;
    }

    /// One thread's part. Its batch is filled across directories.
    private final class Worker implements AutoCloseable {

        private final TreeReader reader = new TreeReader(root);
        private List<PinnedEntry> filling = new ArrayList<>();

        void begin() {
            PinnedEntry top = reader.root();
            filling.add(top);
            if (top.directory()) {
                read("");
            }
        }

        void read(String path) {
            if (!reader.read(path, entry -> take(path, entry))) {
                left.add(path, "was exchanged while the tree was read");
            }
        }

        private void take(String path, PinnedEntry entry) {
            if (entry.mount() != mount) {
                TreeReader.release(entry);
                left.add(path + "/" + reader.name(), "another file system is mounted there");
                return;
            }
            if (entry.links() > 1 && !entry.directory()) {
                TreeReader.release(entry);
                linked.add(entry, below(path));
                return;
            }
            filling.add(entry);
            if (entry.directory()) {
                refuseForbidden(path, entry);
                addDirectory(below(path));
            }
            if (filling.size() >= BATCH) {
                hand();
            }
        }

        private void refuseForbidden(String path, PinnedEntry entry) {
            if (forbidden.contains(new DirectoryId(entry.device(), entry.inode()))) {
                throw new OwnershipException(
                        Reason.PROTECTED,
                        "`" + Names.shown(path + "/" + reader.name()) + "` in the tree is a directory of the host "
                                + "itself under another name");
            }
        }

        private String below(String path) {
            String below = path.isEmpty() ? reader.name() : path + "/" + reader.name();
            if (below.length() * 3 > LONGEST_PATH && FileNames.encode(below).length > LONGEST_PATH) {
                throw new OwnershipException(
                        Reason.TOO_DEEP,
                        "`" + Names.shown(below.substring(0, 100)) + "...` is nested deeper than a path is long");
            }
            return below;
        }

        private void hand() {
            List<PinnedEntry> full = filling;
            filling = new ArrayList<>(BATCH);
            if (!offer(full)) {
                process(full);
            }
        }

        void process(List<PinnedEntry> batch) {
            try {
                work.on(reader, batch);
            } finally {
                batch.forEach(TreeReader::release);
            }
        }

        /// What is left when there is no directory any more.
        void finish() {
            if (!failed()) {
                List<PinnedEntry> rest = filling;
                filling = new ArrayList<>();
                process(rest);
            }
        }

        @Override
        public void close() {
            filling.forEach(TreeReader::release);
            reader.close();
        }
    }

    private synchronized boolean failed() {
        return failure != null;
    }
}
