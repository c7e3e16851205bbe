package io.bulkhead.container;

import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.name.ContainerId;
import io.bulkhead.storage.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The containers on disk: `containers/<id>/` with `container.json` ([Definition]) and `state.json` ([Progress]).
///
/// A directory comes into being and goes by one rename, so a container is wholly there or not at all; each file is
/// written to a temporary name, forced and renamed. What a crash left half done has a name that is no id and is removed
/// by [#open]; beside it, `<id>.making` names the volumes of a creation that is under way.
final class ContainerStore {

    private static final System.Logger LOG = System.getLogger(ContainerStore.class.getName());
    private static final String DEFINITION = "container.json";
    private static final String PROGRESS = "state.json";
    private static final String NEW = ".new";
    private static final String GONE = ".gone";
    private static final String MAKING = ".making";
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final StoredFormat<Definition> definitions;
    private final StoredFormat<Progress> progress;

    private ContainerStore(Path root, JsonMapper mapper) {
        this.root = root;
        this.definitions = StoredFormat.definitions(mapper);
        this.progress = StoredFormat.progress(mapper);
    }

    record Stored(ContainerId id, Definition definition, Progress progress) {}

    /// Opens the store and finishes what a crash interrupted.
    static ContainerStore open(Path root) {
        try {
            Files.createDirectories(root, PRIVATE);
            var store = new ContainerStore(root, StoreJson.mapper());
            store.sweep();
            return store;
        } catch (IOException failure) {
            throw storage("the containers in " + root + " cannot be opened", failure);
        }
    }

    private void sweep() throws IOException {
        for (Path each : children()) {
            String name = each.getFileName().toString();
            if (name.endsWith(NEW) || name.endsWith(GONE)) {
                removeTree(name);
            }
        }
    }

    /// Every container there is.
    ///
    /// @throws EngineException naming the file that cannot be read: it is never guessed at
    List<Stored> all() {
        try {
            var all = new ArrayList<Stored>();
            for (Path each : children()) {
                if (each.toString().endsWith(MAKING)) {
                    continue;
                }
                all.add(read(new ContainerId(each.getFileName().toString())));
            }
            return all;
        } catch (IOException failure) {
            throw storage("the containers in " + root + " cannot be read", failure);
        } catch (IllegalArgumentException stranger) {
            throw storage(
                    "there is something in " + root + " that is no container: " + stranger.getMessage(), stranger);
        }
    }

    private Stored read(ContainerId id) throws IOException {
        return new Stored(id, read(id, DEFINITION, definitions::read), read(id, PROGRESS, progress::read));
    }

    private <T> T read(ContainerId id, String file, Function<byte[], T> reader) throws IOException {
        Path path = directory(id).resolve(file);
        try {
            return reader.apply(Files.readAllBytes(path));
        } catch (JacksonException | IllegalArgumentException broken) {
            throw storage("container " + id.shortened() + ": " + path + " is damaged: " + broken.getMessage(), broken);
        }
    }

    Path directory(ContainerId id) {
        return root.resolve(id.value());
    }

    /// Makes a container's directory with both files, and whatever `fill` puts beside them, at once.
    void create(ContainerId id, Definition definition, Progress begin) {
        Path half = root.resolve(id.value() + NEW);
        Path made = half;
        try {
            Files.createDirectory(half, PRIVATE);
            WholeFile.write(half.resolve(DEFINITION), definitions.write(definition));
            WholeFile.write(half.resolve(PROGRESS), progress.write(begin));
            Files.move(half, directory(id), StandardCopyOption.ATOMIC_MOVE);
            made = directory(id);
            WholeFile.forceDirectory(root);
        } catch (FileAlreadyExistsException taken) {
            throw new EngineException(EngineException.Reason.CONFLICT, "container " + id.shortened() + " exists");
        } catch (IOException failure) {
            EngineException thrown = storage("container " + id.shortened() + " cannot be stored", failure);
            try {
                removeTree(made.getFileName().toString());
            } catch (KernelException left) {
                thrown.addSuppressed(left);
            }
            throw thrown;
        }
    }

    /// Notes the volumes that are made for a container, before they are: should the creation be cut off, nothing else
    /// would say whose they were.
    void noteMaking(ContainerId id, List<String> volumes) {
        try {
            WholeFile.replace(
                    root.resolve(id.value() + MAKING),
                    String.join("\n", volumes).getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw storage("the volumes of container " + id.shortened() + " cannot be noted", failure);
        }
    }

    /// The creation is over. A note that cannot be removed now is at the next start.
    void forgetMaking(ContainerId id) {
        try {
            Files.deleteIfExists(root.resolve(id.value() + MAKING));
        } catch (IOException left) {
            LOG.log(System.Logger.Level.WARNING, "container=" + id + " the note of its creation is left", left);
        }
    }

    /// The notes of creations that were cut off, before or after the container was there.
    Map<ContainerId, List<String>> making() {
        try {
            var making = new TreeMap<ContainerId, List<String>>(Comparator.comparing(ContainerId::value));
            for (Path each : children()) {
                String name = each.getFileName().toString();
                if (name.endsWith(MAKING)) {
                    var id = new ContainerId(name.substring(0, name.length() - MAKING.length()));
                    making.put(id, Files.readAllLines(each));
                }
            }
            return making;
        } catch (IOException failure) {
            throw storage("the containers in " + root + " cannot be read", failure);
        } catch (IllegalArgumentException stranger) {
            throw storage(
                    "there is something in " + root + " that is no container: " + stranger.getMessage(), stranger);
        }
    }

    void write(ContainerId id, Definition definition) {
        replace(id, DEFINITION, definitions.write(definition));
    }

    void write(ContainerId id, Progress now) {
        replace(id, PROGRESS, progress.write(now));
    }

    private void replace(ContainerId id, String file, byte[] content) {
        try {
            WholeFile.replace(directory(id).resolve(file), content);
        } catch (IOException failure) {
            throw storage("the state of container " + id.shortened() + " cannot be stored", failure);
        }
    }

    /// The container is gone when this returns. Files of it that cannot be removed now are at the next start; that they
    /// are left is no reason to call the container alive.
    void remove(ContainerId id) {
        String gone = id.value() + GONE;
        try {
            Files.move(directory(id), root.resolve(gone), StandardCopyOption.ATOMIC_MOVE);
            WholeFile.forceDirectory(root);
        } catch (IOException failure) {
            throw storage("container " + id.shortened() + " cannot be removed", failure);
        }
        try {
            removeTree(gone);
        } catch (KernelException left) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "container=" + id + " files=" + root.resolve(gone) + " are left",
                    left);
        }
    }

    private void removeTree(String name) {
        try (Directory containers = Directory.open(root)) {
            containers.removeTree(name);
        }
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> children = Files.list(root)) {
            return children.sorted().toList();
        }
    }

    private static EngineException storage(String what, Exception cause) {
        boolean full = cause instanceof IOException io
                && String.valueOf(io.getMessage()).contains("No space left");
        boolean fullToo = cause instanceof KernelException kernel && kernel.errno() == Errno.ENOSPC;
        var reason = full || fullToo ? EngineException.Reason.STORAGE_FULL : EngineException.Reason.STORAGE;
        String why = cause instanceof IOException io ? ": " + io.getMessage() : "";
        return new EngineException(reason, what + why, cause);
    }
}
