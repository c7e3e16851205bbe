package io.bulkhead.cli.create;

import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// Volumes, mounts and the root file system.
final class StorageOptions {

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "[SOURCE:]TARGET[:OPTIONS]",
            description = "Bind mount a path or a volume. Options: ro, nocopy, (r)private, (r)slave, and about owners "
                    + "one of U, noidmap, idmap, idmap=uids=FROM-TO-COUNT[#...];gids=..., idmap=squash:UID[:GID]")
    List<String> volumes = new ArrayList<>();

    @Option(
            names = "--mount",
            paramLabel = "KEY=VALUE,...",
            description = "Attach a filesystem mount to the container; U, noidmap and idmap[=...] as for -v")
    List<String> mounts = new ArrayList<>();

    @Option(names = "--tmpfs", paramLabel = "PATH[:OPTIONS]", description = "Mount a tmpfs directory")
    List<String> tmpfs = new ArrayList<>();

    @Completes(Known.CONTAINERS)
    @Option(
            names = "--volumes-from",
            paramLabel = "CONTAINER",
            description = "Mount volumes from the specified container(s)")
    List<String> volumesFrom = new ArrayList<>();

    @Option(names = "--volume-driver", paramLabel = "DRIVER", description = "Optional volume driver for the container")
    String volumeDriver = "";

    @Option(
            names = "--read-only",
            arity = "0..1",
            fallbackValue = "true",
            description = "Mount the container's root filesystem as read only")
    boolean readOnly;

    /// A path alone is an anonymous volume.
    Map<String, Object> anonymous() {
        Map<String, Object> anonymous = new LinkedHashMap<>();
        volumes.stream().filter(volume -> volume.indexOf(':') < 0).forEach(path -> anonymous.put(path, Map.of()));
        return anonymous;
    }

    void addToHost(Map<String, Object> host) {
        List<String> binds = volumes.stream()
                .filter(volume -> volume.indexOf(':') >= 0)
                .map(StorageOptions::absolute)
                .toList();
        host.put("Binds", Body.orNull(binds));
        host.put("VolumeDriver", volumeDriver);
        host.put("VolumesFrom", Body.orNull(volumesFrom));
        host.put("ReadonlyRootfs", readOnly);
        if (!mounts.isEmpty()) {
            host.put("Mounts", mounts.stream().map(MountOption::parse).toList());
        }
        if (!tmpfs.isEmpty()) {
            host.put("Tmpfs", tmpfsMap());
        }
    }

    private static String absolute(String bind) {
        if (!bind.startsWith(".")) {
            return bind;
        }
        int colon = bind.indexOf(':');
        Path source = Path.of(bind.substring(0, colon)).toAbsolutePath().normalize();
        return source + bind.substring(colon);
    }

    private Map<String, String> tmpfsMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (String option : tmpfs) {
            int colon = option.indexOf(':');
            map.put(colon < 0 ? option : option.substring(0, colon), colon < 0 ? "" : option.substring(colon + 1));
        }
        return map;
    }
}
