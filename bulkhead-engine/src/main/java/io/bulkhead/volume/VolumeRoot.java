package io.bulkhead.volume;

import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.FileType;
import io.bulkhead.kernel.Links;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The directory of all volumes as a start finds it.
///
/// Data is never removed on a guess. A volume whose metadata is torn keeps its data and its name and loses its labels;
/// it is no longer taken for anonymous, so nothing removes it on its own. The torn file is kept beside it.
final class VolumeRoot {

    static final String NEW = ".new-";
    static final String REMOVED = ".removed-";

    private static final System.Logger LOG = System.getLogger(VolumeRoot.class.getName());

    private VolumeRoot() {}

    static Directory open(Path path) throws IOException {
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Directory root = Directory.open(path);
        try {
            // Also for one that was there: reaching in must stay impossible for everybody else.
            Files.setPosixFilePermissions(Path.of(root.fd().path()), PosixFilePermissions.fromString("rwx------"));
            return root;
        } catch (IOException failure) {
            root.close();
            throw failure;
        }
    }

    static Map<String, Volume> recover(Directory root, Path path) throws IOException {
        var volumes = new TreeMap<String, Volume>();
        for (String name : root.list()) {
            if (name.startsWith(NEW) || name.startsWith(REMOVED)) {
                root.removeTree(name);
            } else if (VolumeName.valid(name) && root.stat(name).type() == FileType.DIRECTORY) {
                volume(root, path, name).ifPresent(volume -> volumes.put(name, volume));
            } else {
                warn("`" + Names.shown(name) + "` is not a volume and is left alone");
            }
        }
        return volumes;
    }

    private static Optional<Volume> volume(Directory root, Path path, String name) throws IOException {
        try (Directory directory = root.beneath(name, Links.REFUSE)) {
            boolean data = directory.exists(VolumeFile.DATA)
                    && directory.stat(VolumeFile.DATA).type() == FileType.DIRECTORY;
            if (!data) {
                warn("volume " + name + " has no " + VolumeFile.DATA + " and is left alone");
                return Optional.empty();
            }
            Optional<Volume> whole = VolumeFile.read(path.resolve(name));
            return whole.isPresent() ? whole : Optional.of(repair(directory, path.resolve(name), name));
        }
    }

    private static Volume repair(Directory directory, Path path, String name) throws IOException {
        warn("volume " + name + ": its " + VolumeFile.NAME + " is missing or torn; labels are lost, data is not");
        Instant changed = Instant.ofEpochSecond(directory.stat(VolumeFile.DATA).mtimeNs() / 1_000_000_000L);
        if (directory.exists(VolumeFile.NAME)) {
            directory.rename(VolumeFile.NAME, VolumeFile.NAME + ".torn");
        }
        var volume = new Volume(name, path.resolve(VolumeFile.DATA), changed, Map.of(), Map.of(), false, "");
        VolumeFile.of(volume).write(path);
        directory.sync();
        return volume;
    }

    private static void warn(String message) {
        LOG.log(System.Logger.Level.WARNING, "volumes: " + message);
    }
}
