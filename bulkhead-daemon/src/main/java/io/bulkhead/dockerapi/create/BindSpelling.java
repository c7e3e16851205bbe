package io.bulkhead.dockerapi.create;

import io.bulkhead.name.Names;
import io.bulkhead.spec.MountOwners;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One line of `Binds`: `/host/path:/target[:options]`, `volume:/target[:options]` or `/target` alone.
///
/// @param source a host path, a volume's name, or empty for an anonymous volume
/// @param options what is left for the mount: propagation and SELinux relabelling
/// @param owners whose its files are, as the container sees them
record BindSpelling(
        String source,
        String target,
        boolean readOnly,
        boolean copyUp,
        List<String> options,
        MountOwners owners,
        String line) {

    private static final Set<String> PROPAGATION = Set.of("private", "rprivate", "slave", "rslave");
    private static final Set<String> SHARED = Set.of("shared", "rshared");
    /// Hints for Docker Desktop's file sharing.
    private static final Set<String> CONSISTENCY = Set.of("consistent", "cached", "delegated");

    private static final String VOLUME_NAME = "[a-zA-Z0-9][a-zA-Z0-9_.-]*";

    static BindSpelling parse(String line) {
        // The third part may have colons of its own: `idmap=squash:1000:1000`.
        String[] parts = line.split(":", 3);
        if ((parts.length == 3 && parts[2].contains(":") && !parts[2].contains("idmap=squash:"))
                || List.of(parts).contains("")) {
            throw Invalid.because("invalid volume specification: '" + Names.shown(line) + "'");
        }
        if (parts.length == 1) {
            return new BindSpelling(
                    "", ContainerPaths.mountTarget(line), false, true, List.of(), new MountOwners.Default(), line);
        }
        if (!parts[0].startsWith("/")) {
            requireVolumeName(parts[0]);
        }
        List<String> words = parts.length == 3 ? List.of(parts[2].split(",", -1)) : List.of();
        requireKnown(words, parts[0].startsWith("/"), line);
        var options = new ArrayList<>(words);
        MountOwners owners = owners(words, line);
        options.removeIf(MountOwners::concerns);
        options.removeIf(word -> Set.of("ro", "rw", "nocopy").contains(word) || CONSISTENCY.contains(word));
        return new BindSpelling(
                parts[0],
                ContainerPaths.mountTarget(parts[1]),
                words.contains("ro"),
                !words.contains("nocopy"),
                options,
                owners,
                line);
    }

    private static MountOwners owners(List<String> words, String line) {
        List<String> asked = words.stream().filter(MountOwners::concerns).toList();
        Invalid.when(
                asked.size() > 1,
                "invalid volume specification: '" + Names.shown(line) + "': the options contradict each other: "
                        + Names.shown(String.join(", ", asked)));
        return asked.isEmpty() ? new MountOwners.Default() : owners(asked.getFirst());
    }

    /// @throws io.bulkhead.container.EngineException INVALID
    static MountOwners owners(String word) {
        try {
            return MountOwners.parse(word);
        } catch (IllegalArgumentException wrong) {
            throw Invalid.because("invalid volume specification: " + wrong.getMessage());
        }
    }

    boolean isHostPath() {
        return source.startsWith("/");
    }

    private static void requireKnown(List<String> words, boolean hostPath, String line) {
        for (String word : words) {
            switch (word) {
                case "ro", "rw", "z", "Z" -> {}
                case "nocopy" -> Invalid.when(hostPath, "invalid volume specification: nocopy is for volumes");
                default -> {
                    if (!MountOwners.concerns(word)) {
                        requirePropagation(word, hostPath, line);
                    }
                }
            }
        }
        Invalid.when(
                (words.contains("ro") && words.contains("rw"))
                        || (words.contains("z") && words.contains("Z"))
                        || words.stream().distinct().count() != words.size(),
                "invalid volume specification: '" + Names.shown(line) + "': the options contradict each other");
    }

    private static void requirePropagation(String word, boolean hostPath, String line) {
        requireNotShared(word);
        boolean known = CONSISTENCY.contains(word) || (hostPath && PROPAGATION.contains(word));
        if (!known) {
            throw Invalid.because(
                    "invalid volume specification: '" + Names.shown(line) + "': invalid mode: " + Names.shown(word));
        }
    }

    /// @throws io.bulkhead.container.EngineException INVALID for a propagation the engine does not offer
    static void requirePropagation(String word) {
        requireNotShared(word);
        if (!word.isEmpty() && !PROPAGATION.contains(word)) {
            throw Invalid.value("mount propagation", word, "it is private, rprivate, slave or rslave");
        }
    }

    private static void requireNotShared(String word) {
        if (SHARED.contains(word)) {
            throw Invalid.value(
                    "mount propagation",
                    word,
                    "mounts of a container never reach the host here; use rslave or rprivate");
        }
    }

    static void requireVolumeName(String name) {
        if (name.length() > 255 || !name.matches(VOLUME_NAME)) {
            throw Invalid.because("\"" + Names.shown(name)
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are "
                    + "allowed. If you intended to pass a host directory, use absolute path");
        }
    }
}
