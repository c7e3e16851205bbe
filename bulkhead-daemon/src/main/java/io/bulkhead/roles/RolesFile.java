package io.bulkhead.roles;

import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.RolesException;
import io.bulkhead.kernel.HostUsers;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.roles.RolesReader.Read;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/// `roles.yaml`, or its absence, as the policy in force. Every decision looks whether the file changed, so a change
/// counts from the next request on. One that cannot be read, or says nothing the engine could follow, is told in the
/// log and in [#problem()], and what was in force stays in force.
///
/// `this` guards the reading; what is in force is one reference.
public final class RolesFile implements Supplier<AccessPolicy> {

    private static final System.Logger LOG = System.getLogger(RolesFile.class.getName());

    /// A host's users come from files, and changes of these are seen at once. What a directory service says is asked
    /// again after this time.
    private static final long NAMES_MILLIS = 60_000;

    private static final int LARGEST = 16 << 20;

    private final Path file;
    private final List<Path> names;
    private volatile Loaded loaded;

    /// @param problem why the file as it is now is not in force
    private record Loaded(
            AccessPolicy policy, Stamp stamp, long millis, List<String> warnings, Optional<String> problem) {}

    /// What tells one version of the files from the next.
    private record Stamp(List<Object> parts) {}

    private RolesFile(Path file, List<Path> names) throws IOException {
        this.file = file;
        this.names = names;
        Stamp stamp = stamp();
        Read read = read(file);
        this.loaded = new Loaded(read.policy(), stamp, System.currentTimeMillis(), read.warnings(), Optional.empty());
        read.warnings().forEach(this::warn);
    }

    /// @throws RolesException when the file is there and is not understood: no daemon starts with that
    /// @throws IOException when it is there and cannot be read
    public static RolesFile open(Path file) throws IOException {
        return new RolesFile(file, List.of(Path.of("/etc/passwd"), Path.of("/etc/group")));
    }

    /// What a file says, with the host's users.
    public static AccessPolicy parse(String text) {
        return reader().read(text).policy();
    }

    private static RolesReader reader() {
        return new RolesReader(new Principals(lookup(HostUsers::user), lookup(HostUsers::group)));
    }

    /// Somebody nobody can name is nobody.
    private static Function<String, OptionalLong> lookup(Function<String, OptionalLong> names) {
        return name -> {
            try {
                return names.apply(name);
            } catch (KernelException unknown) {
                LOG.log(System.Logger.Level.WARNING, "no answer about a user or group", unknown);
                return OptionalLong.empty();
            }
        };
    }

    public Path path() {
        return file;
    }

    /// Whether there is a file; without one root administers and nobody else may do anything.
    public boolean exists() {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// Why the file as it is now is not in force, if it is not.
    public Optional<String> problem() {
        return current().problem();
    }

    /// What is in force and may yet not be meant.
    public List<String> warnings() {
        return current().warnings();
    }

    @Override
    public AccessPolicy get() {
        return current().policy();
    }

    private Loaded current() {
        Loaded last = loaded;
        return isCurrent(last) ? last : reload();
    }

    private boolean isCurrent(Loaded last) {
        return last.stamp().equals(stamp()) && System.currentTimeMillis() - last.millis() < NAMES_MILLIS;
    }

    private synchronized Loaded reload() {
        Loaded last = loaded;
        if (isCurrent(last)) {
            return last;
        }
        // Taken first: a file that changes while it is read is read once more.
        Stamp stamp = stamp();
        long now = System.currentTimeMillis();
        try {
            Read read = read(file);
            loaded = new Loaded(read.policy(), stamp, now, read.warnings(), Optional.empty());
            if (!stamp.equals(last.stamp())) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "roles are in force",
                        "file",
                        file,
                        "mode",
                        read.policy().mode());
                read.warnings().forEach(this::warn);
            }
        } catch (RolesException | IOException wrong) {
            String problem = wrong instanceof RolesException roles ? place(file, roles) : file + ": " + wrong;
            loaded = new Loaded(last.policy(), stamp, now, last.warnings(), Optional.of(problem));
            if (!last.problem().equals(Optional.of(problem))) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "roles were not taken, the ones before stay in force",
                        "problem",
                        problem);
            }
        }
        return loaded;
    }

    private void warn(String warning) {
        LOG.log(System.Logger.Level.WARNING, "roles", "file", file, "warning", warning);
    }

    /// `roles.yaml:7: there is no operation ...`.
    public static String place(Path file, RolesException wrong) {
        return file + (wrong.line() > 0 ? ":" + wrong.line() : "") + ": " + wrong.getMessage();
    }

    private static Read read(Path file) throws IOException {
        try {
            requireRoots(file);
            if (Files.size(file) > LARGEST) {
                throw new RolesException(0, "the file is larger than " + LARGEST + " bytes");
            }
            return reader().read(Files.readString(file));
        } catch (NoSuchFileException none) {
            return new Read(AccessPolicy.ROOT_ONLY, List.of());
        }
    }

    /// Whoever may write it is an administrator.
    private static void requireRoots(Path file) throws IOException {
        PosixFileAttributes found = Files.readAttributes(file, PosixFileAttributes.class);
        Object uid = Files.getAttribute(file, "unix:uid");
        boolean others = found.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                || found.permissions().contains(PosixFilePermission.GROUP_WRITE);
        if (!uid.equals(0) || others || !found.isRegularFile()) {
            throw new RolesException(
                    0,
                    "whoever may write this file is an administrator, so it has to be a file of root's that nobody "
                            + "else may write: chown root, chmod go-w");
        }
    }

    private Stamp stamp() {
        return new Stamp(java.util.stream.Stream.concat(java.util.stream.Stream.of(file), names.stream())
                .map(RolesFile::version)
                .toList());
    }

    private static Object version(Path file) {
        try {
            var found = Files.readAttributes(file, "unix:ino,dev,size,ctime");
            return List.copyOf(found.values());
        } catch (IOException absent) {
            return Instant.EPOCH;
        }
    }
}
