package io.bulkhead.ownership;

import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.ownership.OwnershipException.Reason;
import io.bulkhead.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The recorded changes: `ID/change.json` beside `ID/owners`. A record comes and goes by one rename; what begins
/// with a dot is rubbish of an earlier life.
final class ChangeStore {

    private static final System.Logger LOG = System.getLogger(ChangeStore.class.getName());
    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
    private static final int ID_BYTES = 6;

    private final Path root;
    private final SecureRandom random = new SecureRandom();

    /// Whom the recorded changes gave things to, by their ids: asked whenever a container is given ids.
    private final Map<String, OwnerRule> rules = new ConcurrentHashMap<>();

    private ChangeStore(Path root) {
        this.root = root;
    }

    static ChangeStore open(Path root) {
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (Directory directory = Directory.open(root)) {
                directory.list().stream().filter(name -> name.startsWith(".")).forEach(directory::removeTree);
            }
            var store = new ChangeStore(root);
            store.all().forEach(file -> store.rules.put(file.id(), file.rule()));
            return store;
        } catch (IOException | KernelException failure) {
            throw failed("changes of owners cannot be read", failure);
        }
    }

    /// Without a look at the disk.
    Collection<OwnerRule> rules() {
        return rules.values();
    }

    Path directory(String id) {
        return root.resolve(id);
    }

    /// Records a new change, before anything is changed.
    ChangeFile begin(ChangeFile withoutId) {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        var file = ChangeFile.of(withoutId.change().as(id), withoutId.rootInode(), withoutId.rootBorn());
        Path half = root.resolve("." + id);
        try {
            Files.createDirectory(
                    half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            file.write(half);
            Files.move(half, root.resolve(id));
            rules.put(id, file.rule());
            WholeFile.forceDirectory(root);
            return file;
        } catch (IOException failure) {
            throw failed("a change of owners cannot be recorded, so none is made", failure);
        }
    }

    List<ChangeFile> all() {
        try (Directory directory = Directory.open(root)) {
            return directory.list().stream()
                    .flatMap(name -> find(name).stream())
                    .sorted(Comparator.comparing(ChangeFile::begun).thenComparing(ChangeFile::id))
                    .toList();
        } catch (KernelException failure) {
            throw failed("changes of owners cannot be read", failure);
        }
    }

    Optional<ChangeFile> find(String id) {
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        Optional<ChangeFile> found = ChangeFile.read(root.resolve(id));
        if (found.isEmpty() && Files.exists(root.resolve(id))) {
            LOG.log(System.Logger.Level.WARNING, "ownership: the record " + id + " is damaged and is left alone");
        }
        return found;
    }

    void remove(String id) {
        try (Directory directory = Directory.open(root)) {
            directory.rename(id, "." + id);
            directory.sync();
            rules.remove(id);
            directory.removeTree("." + id);
        } catch (KernelException failure) {
            throw failed("the record of change " + id + " cannot be removed", failure);
        }
    }

    private static OwnershipException failed(String what, Exception failure) {
        return new OwnershipException(Reason.STORAGE, what + ": " + failure.getMessage(), failure);
    }
}
