package io.bulkhead.idregistry;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.idregistry.RegistryException.Reason;
import io.bulkhead.storage.WholeFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/// A registry in a directory that hosts share, over NFS for example: a file `ids.N.json` for each version, of which the
/// newest counts.
///
/// A change is a compare-and-swap: the next version is written whole under a name of its own, forced to the disk, and
/// linked to the name of its number. link(2) makes a name or fails, on NFS too, so of two hosts that make version N
/// one is told so and tries again with what the other wrote. There is no lock that a host could die with.
public final class SharedDirectory implements RangeRegistry {

    private static final String PREFIX = "ids.";
    private static final String SUFFIX = ".json";

    /// As many as hosts change it in a row before one of them gets its turn, by far.
    private static final int TRIES = 1_000;

    /// Somebody may be about to read the version before the newest.
    private static final int KEPT = 16;

    private final Path directory;
    private final IdRange whole;

    private SharedDirectory(Path directory, IdRange whole) {
        this.directory = directory;
        this.whole = whole;
    }

    /// @param whole what this host takes for all the ids there are; other hosts have to say the same
    /// @throws RegistryException UNAVAILABLE when the directory cannot be read or is damaged, CONFLICT when others
    /// say something else
    public static SharedDirectory open(Path directory, IdRange whole) {
        var registry = new SharedDirectory(directory, whole);
        if (!Files.isDirectory(directory)) {
            throw new RegistryException(
                    Reason.UNAVAILABLE, "the id registry " + directory + " is no directory: is it mounted?");
        }
        Version _ = registry.newest();
        return registry;
    }

    @Override
    public IdRange whole() {
        return whole;
    }

    @Override
    public Map<Key, IdRange> all() {
        var all = new TreeMap<Key, IdRange>(java.util.Comparator.comparing(Key::toString));
        newest().ranges().forEach((key, range) -> all.put(Key.parse(key), range));
        return all;
    }

    @Override
    public IdRange claim(Key key, long count) {
        return change(version -> claimed(version, key, count)).of(key).orElseThrow();
    }

    private Version claimed(Version version, Key key, long count) {
        Optional<IdRange> known = version.of(key);
        if (known.isEmpty()) {
            return version.with(key, count)
                    .orElseThrow(
                            () -> new RegistryException(
                                    Reason.EXHAUSTED,
                                    "the id registry " + directory + " has no " + count + " ids in a row left in "
                                            + whole
                                            + ": forget containers that are gone for good with `bulkhead userns static --forget`"));
        }
        if (known.get().count() != count) {
            throw new RegistryException(
                    Reason.CONFLICT,
                    "the id registry " + directory + " has given " + known.get().count() + " ids to " + key + ", not "
                            + count + ": ask for that many, or forget it with `bulkhead userns static --forget`");
        }
        return version;
    }

    @Override
    public boolean forget(Key key) {
        boolean[] known = {false};
        Version _ = change(version -> {
            known[0] = version.of(key).isPresent();
            return known[0] ? version.without(key) : version;
        });
        return known[0];
    }

    /// @param step from one version to the next, or to itself
    private Version change(Function<Version, Version> step) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Version before = newest();
            Version after = step.apply(before);
            if (after.equals(before) || published(after)) {
                return after;
            }
        }
        throw new RegistryException(
                Reason.UNAVAILABLE, "the id registry " + directory + " is changed by others all the time");
    }

    private Version newest() {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            long newest = newestNumber();
            if (newest == 0) {
                return Version.empty(whole);
            }
            Path file = file(newest);
            try {
                return checked(file, Version.read(Files.readAllBytes(file)), newest);
            } catch (NoSuchFileException _) {
                // Others have made so many versions since that this one was cleared away.
            } catch (IOException | IllegalArgumentException damaged) {
                throw new RegistryException(
                        Reason.UNAVAILABLE, file + " cannot be read: " + damaged.getMessage(), damaged);
            }
        }
        throw new RegistryException(Reason.UNAVAILABLE, "the id registry " + directory + " cannot be read");
    }

    private Version checked(Path file, Version version, long number) {
        if (version.number() != number) {
            throw new RegistryException(Reason.UNAVAILABLE, file + " is version " + version.number());
        }
        if (!version.whole().equals(whole)) {
            throw new RegistryException(
                    Reason.CONFLICT,
                    file + " gives ids of " + version.whole() + ", this host is told " + whole
                            + ": `ids.static` has to be the same on all hosts");
        }
        return version;
    }

    private long newestNumber() {
        long newest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
            for (Path file : files) {
                newest = Math.max(newest, number(file));
            }
        } catch (IOException unreadable) {
            throw new RegistryException(
                    Reason.UNAVAILABLE,
                    "the id registry " + directory + " cannot be read: " + unreadable.getMessage(),
                    unreadable);
        }
        return newest;
    }

    private static long number(Path file) {
        String name = file.getFileName().toString();
        String number = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
        return number.matches("[1-9][0-9]{0,17}") ? Long.parseLong(number) : 0;
    }

    private Path file(long number) {
        return directory.resolve(PREFIX + number + SUFFIX);
    }

    /// @return false when somebody else made this version
    private boolean published(Version version) {
        Path own = directory.resolve("new." + UUID.randomUUID());
        try {
            WholeFile.create(own, version.json());
            boolean made = linked(own, file(version.number()));
            if (made) {
                WholeFile.forceDirectory(directory);
                Files.deleteIfExists(file(version.number() - KEPT));
            }
            return made;
        } catch (IOException failure) {
            throw new RegistryException(
                    Reason.UNAVAILABLE,
                    "the id registry " + directory + " cannot be written: " + failure.getMessage(),
                    failure);
        } finally {
            deleteQuietly(own);
        }
    }

    /// A server that did what it was asked and lost its answer is asked again and says that the name is there: then the
    /// file has two names.
    private static boolean linked(Path own, Path name) throws IOException {
        try {
            Files.createLink(name, own);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return Files.getAttribute(own, "unix:nlink").equals(2);
        }
    }

    /// What is left of it is no version and harms nobody.
    private static void deleteQuietly(Path own) {
        try {
            Files.deleteIfExists(own);
        } catch (IOException _) {
            // nothing to be done
        }
    }
}
