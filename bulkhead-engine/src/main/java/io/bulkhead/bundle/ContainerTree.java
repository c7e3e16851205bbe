package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileStat;
import io.bulkhead.kernel.FileType;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.name.Names;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The container's root file system while it is prepared. Paths in it are walked one name at a time, each opened
/// beneath the one before and never followed by the kernel: a link is read and walked here, so it stays inside and
/// the path reached is known. Another container may be changing a shared volume meanwhile; it can make a walk fail and
/// nothing else.
///
/// Nothing is ever mounted on or made in `/proc` and `/sys`: the runtime writes security labels there
/// (CVE-2019-19921, CVE-2023-27561, CVE-2025-52881).
final class ContainerTree implements AutoCloseable {

    private static final int MAX_LINKS = 40;
    private static final int DIRECTORY_MODE = 0755;
    private static final int FILE_MODE = 0644;
    private static final List<String> KERNEL_TREES = List.of("proc", "sys");

    private final Directory root;
    private final String image;
    private final Owner containerRoot;
    private final Map<String, Backing> mounts = new HashMap<>();

    ContainerTree(Directory root, String image, Owner containerRoot) {
        this.root = root;
        this.image = Names.shown(image);
        this.containerRoot = containerRoot;
    }

    enum Kind {
        DIRECTORY,
        FILE
    }

    /// Where a path of the container really is: without links, and pinned.
    record Place(String path, Optional<Directory> directory, Fd pin) implements AutoCloseable {
        @Override
        public void close() {
            directory.ifPresent(Directory::close);
            pin.close();
        }
    }

    /// Where new names below a mount are made: host root has no id in an idmapped view, so they are made in what
    /// the view shows, with the owner given there.
    record Backing(Directory shown, Owner owner, boolean readOnly) {}

    Directory root() {
        return root;
    }

    /// The runtime mounts on these three before anything holds the container in: a link in their place leads it
    /// elsewhere (CVE-2026-41579, CVE-2026-47766, CVE-2023-28642).
    void requireSystemDirectories() {
        for (String name : List.of("proc", "sys", "dev")) {
            Optional<FileStat> found = look(root, name);
            if (found.isEmpty()) {
                root.makeDirectory(name, DIRECTORY_MODE);
                root.changeOwner(name, containerRoot.uid(), containerRoot.gid());
            } else if (found.get().type() != FileType.DIRECTORY) {
                throw new BundleException(
                        Reason.IMAGE_MALFORMED,
                        "image " + image + ": /" + name + " is a " + found.get().type() + "; the container's own /"
                                + name + " is mounted there, so it has to be a directory");
            }
        }
    }

    /// From here on, `path` shows something else than the image.
    void mounted(String path, Backing backing) {
        mounts.put(path, backing);
    }

    /// Walks to `target` and makes what is missing of it.
    Place reach(String target, Kind kind) {
        try {
            return new Walk(target, kind).run();
        } catch (KernelException refused) {
            if (refused.errno() == Errno.ENOSPC || refused.errno() == Errno.EDQUOT) {
                throw BundleException.of("make " + Names.shown(target), refused);
            }
            throw bad(target, String.valueOf(refused.getMessage()));
        }
    }

    @Override
    public void close() {
        root.close();
        mounts.values().forEach(backing -> backing.shown.close());
    }

    private BundleException bad(String target, String problem) {
        return new BundleException(
                Reason.BAD_TARGET, "`" + Names.shown(target) + "` in image " + image + ": " + problem);
    }

    private static Optional<FileStat> look(Directory directory, String name) {
        try {
            return Optional.of(directory.stat(name));
        } catch (KernelException missing) {
            if (missing.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw missing;
        }
    }

    private final class Walk {

        private final String target;
        private final Kind kind;
        private final Deque<String> ahead = new ArrayDeque<>();
        private final List<String> behind = new ArrayList<>();
        private Directory here;
        private int links;

        Walk(String target, Kind kind) {
            this.target = target;
            this.kind = kind;
            this.here = root.beneath(".", Links.REFUSE);
            push(target);
        }

        Place run() {
            try {
                while (!ahead.isEmpty()) {
                    String name = ahead.removeFirst();
                    if (name.equals("..")) {
                        up();
                    } else if (!follow(name)) {
                        if (ahead.isEmpty() && kind == Kind.FILE) {
                            return file(name);
                        }
                        enter(name);
                    }
                }
                return directory();
            } finally {
                here.close();
            }
        }

        /// Whether `name` is a link; then its text is walked instead.
        private boolean follow(String name) {
            refuseKernelTrees(name);
            Optional<FileStat> found = look(here, name);
            if (found.isEmpty()) {
                make(name, ahead.isEmpty() ? kind : Kind.DIRECTORY);
                return false;
            }
            if (found.get().type() != FileType.SYMLINK) {
                return false;
            }
            links++;
            if (links > MAX_LINKS) {
                throw bad(target, "too many symbolic links");
            }
            String text = here.readLink(name);
            push(text);
            if (text.startsWith("/")) {
                behind.clear();
                goTo(root.beneath(".", Links.REFUSE));
            }
            return true;
        }

        private void push(String path) {
            List<String> names = components(path);
            names.reversed().forEach(ahead::addFirst);
        }

        private void up() {
            if (!behind.isEmpty()) {
                behind.removeLast();
            }
            goTo(root.beneath(behind.isEmpty() ? "." : String.join("/", behind), Links.REFUSE));
        }

        private void enter(String name) {
            goTo(here.beneath(name, Links.REFUSE));
            behind.add(name);
        }

        private void goTo(Directory next) {
            here.close();
            here = next;
        }

        private void refuseKernelTrees(String name) {
            if (behind.isEmpty() && KERNEL_TREES.contains(name)) {
                throw bad(target, "leads into /" + name + ", where nothing may be mounted or made");
            }
        }

        private Place file(String name) {
            Fd pin = here.pin(name, Links.REFUSE);
            if (FileStat.of(pin).type() == FileType.DIRECTORY) {
                pin.close();
                throw bad(target, "is a directory, and a file is to be mounted on it");
            }
            behind.add(name);
            return new Place(path(), Optional.empty(), pin);
        }

        private Place directory() {
            if (kind == Kind.FILE) {
                throw bad(target, "is a directory, and a file is to be mounted on it");
            }
            Fd pin = here.pin(".", Links.REFUSE);
            return new Place(path(), Optional.of(here.beneath(".", Links.REFUSE)), pin);
        }

        private String path() {
            return "/" + String.join("/", behind);
        }

        private void make(String name, Kind what) {
            Optional<Map.Entry<String, Backing>> mount = mountAbove();
            if (mount.isEmpty()) {
                makeIn(here, name, what, containerRoot);
                return;
            }
            Backing backing = mount.get().getValue();
            if (backing.readOnly) {
                throw bad(target, "does not exist, and " + mount.get().getKey() + " is mounted read-only");
            }
            String below = path().substring(mount.get().getKey().length());
            String relative = below.startsWith("/") ? below.substring(1) : below;
            try (Directory parent = backing.shown.beneath(relative, Links.REFUSE)) {
                makeIn(parent, name, what, backing.owner);
            }
        }

        private Optional<Map.Entry<String, Backing>> mountAbove() {
            String at = path();
            return mounts.entrySet().stream()
                    .filter(mount -> Paths.within(at, mount.getKey()))
                    .max(java.util.Comparator.comparingInt(
                            mount -> mount.getKey().length()));
        }

        private static void makeIn(Directory parent, String name, Kind what, Owner owner) {
            switch (what) {
                case DIRECTORY -> parent.makeDirectory(name, DIRECTORY_MODE);
                case FILE -> parent.createFile(name, FILE_MODE).close();
            }
            parent.changeOwner(name, owner.uid(), owner.gid());
        }
    }

    private static List<String> components(String path) {
        return Arrays.stream(path.split("/", -1))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
    }
}
