package io.bulkhead.recording;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.recording.RecordingException.Reason;
import io.bulkhead.seccomp.Recording;
import io.bulkhead.seccomp.RecordingName;
import io.bulkhead.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// The recordings below the state root, `recordings/NAME.json`. Several containers may add to one at the same time.
///
/// The object itself guards the files: what is read, added to and written is done in one go.
public final class Recordings {

    /// Whoever may run containers may begin recordings; more than this are kept by mistake or on purpose.
    static final int MOST = 1000;

    private static final String ENDING = ".json";

    private final Path directory;
    private final Clock clock;

    private Recordings(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /// @throws RecordingException STORAGE if the directory cannot be made
    public static Recordings open(Path directory, Clock clock) {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            return new Recordings(directory, clock);
        } catch (IOException failure) {
            throw new RecordingException(Reason.STORAGE, directory + " cannot be made: " + failure, failure);
        }
    }

    /// By name.
    public synchronized List<Recording> all(Allowed allowed) {
        allowed.requireFor(Operation.RECORDING_READ);
        var all = new ArrayList<Recording>();
        for (RecordingName name : names()) {
            all.add(RecordingFile.read(file(name), name));
        }
        return all;
    }

    /// @throws RecordingException NOT_FOUND
    public synchronized Recording get(Allowed allowed, RecordingName name) {
        allowed.requireFor(Operation.RECORDING_READ);
        if (!Files.exists(file(name))) {
            throw missing(name);
        }
        return RecordingFile.read(file(name), name);
    }

    /// What runs that go on call from now on begins a new one.
    ///
    /// @throws RecordingException NOT_FOUND
    public synchronized void remove(Allowed allowed, RecordingName name) {
        allowed.requireFor(Operation.RECORDING_REMOVE);
        try {
            if (!Files.deleteIfExists(file(name))) {
                throw missing(name);
            }
            WholeFile.forceDirectory(directory);
        } catch (IOException failure) {
            throw new RecordingException(
                    Reason.STORAGE, "recording " + name + " cannot be removed: " + failure, failure);
        }
    }

    /// Whether there may be a recording of this name.
    ///
    /// @throws RecordingException TOO_MANY
    public synchronized void requireRoom(RecordingName name) {
        if (!Files.exists(file(name)) && names().size() >= MOST) {
            throw new RecordingException(
                    Reason.TOO_MANY,
                    "there are " + MOST
                            + " recordings, which is the most; remove some (bulkhead seccomp recordings --rm "
                            + "NAME)");
        }
    }

    /// Adds what was called since the last time; it is on disk when this returns.
    ///
    /// @param newRun whether nothing of the run was added yet
    public synchronized void add(
            RecordingName name, Collection<Recording.Call> calls, boolean newRun, String image, String method) {
        Instant now = Instant.now(clock);
        Recording before = Files.exists(file(name)) ? RecordingFile.read(file(name), name) : Recording.none(name, now);
        RecordingFile.write(file(name), before.plus(calls, newRun, image, method, now));
    }

    private List<RecordingName> names() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(ENDING))
                    .map(file -> new RecordingName(file.substring(0, file.length() - ENDING.length())))
                    .sorted()
                    .toList();
        } catch (IOException | IllegalArgumentException failure) {
            throw new RecordingException(Reason.STORAGE, directory + " cannot be read: " + failure, failure);
        }
    }

    private Path file(RecordingName name) {
        return directory.resolve(name.value() + ENDING);
    }

    private static RecordingException missing(RecordingName name) {
        return new RecordingException(Reason.NOT_FOUND, "No such recording: " + name);
    }
}
