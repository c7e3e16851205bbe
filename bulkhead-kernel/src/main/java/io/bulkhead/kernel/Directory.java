package io.bulkhead.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A pinned directory. Every path is relative to it and resolved by the kernel inside it, so whatever a container
/// does to the tree meanwhile, no call here reaches anything outside (threats of docs/threat-model.md, "copy and
/// archive path").
///
/// A `name` is one component, resolved in this very directory and never followed if it is a link; a `relative` path
/// may have several and follows links as [Links] says. Close it; directories made from it are pins of their own.
public final class Directory implements AutoCloseable {

    private final Fd fd;
    private final Entries entries;

    private Directory(Fd fd) {
        this.fd = fd;
        this.entries = new Entries(fd);
    }

    /// Pins a directory of the host; the last name may not be a link.
    public static Directory open(Path path) {
        return new Directory(Opening.plain(path, Sys.O_DIRECTORY | Sys.O_NOFOLLOW));
    }

    /// Pins the root a process sees, in its mount namespace. Check afterwards, with [Pidfd], that `pid` still is the
    /// process meant.
    public static Directory ofProcessRoot(int pid) {
        return new Directory(Opening.plain(Path.of("/proc/" + pid + "/root"), Sys.O_DIRECTORY));
    }

    /// The directory a descriptor stands for, with a pin of its own.
    /// @throws KernelException (ENOTDIR) if it stands for something else
    public static Directory pinned(Fd directory) {
        return new Directory(Opening.open(directory.number(), ".", Sys.O_DIRECTORY, Links.REFUSE.resolve()));
    }

    public Directory beneath(String relative, Links links) {
        return new Directory(Opening.open(fd.number(), relative, Sys.O_DIRECTORY, links.resolve()));
    }

    /// A regular file's content; empty if there is no such file.
    /// @throws KernelException (EINVAL) if it is something else, (EFBIG) if it is larger than `maxBytes`
    public Optional<byte[]> readRegularFile(String relative, Links links, int maxBytes) {
        long pinned = Opening.openat2(fd.number(), relative, Sys.O_PATH, 0, links.resolve());
        if (pinned == -Errno.ENOENT || pinned == -Errno.ENOTDIR) {
            return Optional.empty();
        }
        Calls.check(pinned, "open", relative);
        try (Fd path = new Fd((int) pinned);
                Fd file = Opening.regular(path, relative)) {
            return Optional.of(FileChannels.readAtMost(file, maxBytes, relative));
        }
    }

    /// Opens a regular file; anything else is refused without being opened.
    public Fd openForRead(String relative, Links links) {
        try (Fd path = Opening.open(fd.number(), relative, Sys.O_PATH, links.resolve())) {
            return Opening.regular(path, relative);
        }
    }

    /// Pins whatever a path leads to, without opening it: to look at it, or to mount it or on it.
    public Fd pin(String relative, Links links) {
        return Opening.open(fd.number(), relative, Sys.O_PATH, links.resolve());
    }

    /// Looks at what a path leads to; with [Links#IN_ROOT] the last name is followed too.
    public FileStat stat(String relative, Links links) {
        try (Fd path = Opening.open(fd.number(), relative, Sys.O_PATH, links.resolve())) {
            return FileStat.of(path);
        }
    }

    /// A new file, open for writing.
    /// @throws KernelException (EEXIST) if the name is taken, by a dangling link too
    public Fd createFile(String name, int mode) {
        return entries.createFile(name, mode);
    }

    public void makeDirectory(String name, int mode) {
        entries.makeDirectory(name, mode);
    }

    /// Makes what is missing of a path, like `mkdir -p`, and pins its end. Only new directories get `mode`.
    public Directory makeDirectories(String relative, Links links, int mode) {
        return new Directory(entries.makeDirectories(relative, links, mode));
    }

    /// A link with this text, whatever the text is: nothing here follows it outside.
    public void symlink(String target, String name) {
        entries.symlink(target, name);
    }

    /// A second name for a file beneath this directory; no link on the way to it is followed, nor the file itself if
    /// it is one.
    public void hardLink(String existingRelative, String name) {
        entries.hardLink(fd, existingRelative, name);
    }

    /// As [#hardLink], for a file beneath another directory of the same file system.
    public void hardLinkFrom(Directory other, String existingRelative, String name) {
        entries.hardLink(other.fd, existingRelative, name);
    }

    /// A device node, fifo or socket; `major` and `minor` count for devices only.
    public void makeNode(String name, FileType type, int mode, int major, int minor) {
        entries.makeNode(name, type, mode, major, minor);
    }

    public void rename(String from, String to) {
        entries.rename(from, to);
    }

    /// Moves a name into another directory of the same file system, in one step; a file there is replaced.
    public void move(String from, Directory target, String to) {
        entries.move(from, target.fd, to);
    }

    public void changeOwner(String name, long uid, long gid) {
        entries.changeOwner(name, uid, gid);
    }

    /// @throws KernelException (EOPNOTSUPP) for a symbolic link, which has no mode
    public void changeMode(String name, int mode) {
        entries.changeMode(name, mode);
    }

    /// Sets both times, in nanoseconds since 1970.
    public void setTimes(String name, long atimeNs, long mtimeNs) {
        entries.setTimes(name, atimeNs, mtimeNs);
    }

    public void setXattr(String name, String xattr, byte[] value) {
        Xattrs.set(fd, Entries.entry(name), xattr, value);
    }

    /// @throws KernelException (ENODATA) if the file has no such attribute
    public byte[] getXattr(String name, String xattr) {
        return Xattrs.value(fd, Entries.entry(name), xattr);
    }

    public List<String> xattrNames(String name) {
        return Xattrs.names(fd, Entries.entry(name));
    }

    /// Looks at the name itself; `.` is this directory.
    public FileStat stat(String name) {
        return FileStat.at(fd.number(), ".".equals(name) ? name : Entries.name(name), 0);
    }

    public boolean exists(String name) {
        return entries.exists(name);
    }

    public void removeFile(String name) {
        entries.unlink(name, 0);
    }

    public void removeDirectory(String name) {
        entries.unlink(name, Sys.AT_REMOVEDIR);
    }

    /// Removes a file or a whole tree; a missing one is fine. Never follows a link and never crosses into a mount, so
    /// a volume still mounted somewhere in the tree is an error and not an empty volume.
    /// @throws KernelException (EXDEV, EBUSY) if there is a mount in the tree
    public void removeTree(String name) {
        new TreeRemoval(fd).remove(Entries.name(name));
    }

    /// The names in it, in no order, without `.` and `..`.
    public List<String> list() {
        return Listing.names(fd);
    }

    public String readLink(String name) {
        return entries.readLink(name);
    }

    /// Makes names created, renamed or removed here survive a power cut.
    public void sync() {
        Calls.check(Calls.restarting(Sys.FSYNC, fd.number()), "fsync of a directory");
    }

    /// Makes everything written to the whole file system so far survive a power cut: cheaper than [#sync] and fsync of
    /// each file where a tree of thousands was just made.
    public void syncFileSystem() {
        Calls.check(Calls.restarting(Sys.SYNCFS, fd.number()), "syncfs");
    }

    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }
}
