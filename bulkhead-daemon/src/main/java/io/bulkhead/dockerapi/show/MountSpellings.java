package io.bulkhead.dockerapi.show;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.spec.StorageSpec;
import io.bulkhead.spec.StorageSpec.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The mounts of a spec in the three forms in which a request writes them: `Binds`, `Mounts` and `Tmpfs`.
final class MountSpellings {

    private MountSpellings() {}

    static List<String> binds(StorageSpec storage) {
        return storage.mounts().stream()
                .map(mount -> switch (mount) {
                    case Mount.Bind bind -> bind.spelling();
                    case Mount.Volume volume -> volume.spelling();
                    case Mount.Tmpfs _ -> "";
                })
                .filter(spelling -> spelling.contains(":"))
                .toList();
    }

    static Map<String, String> tmpfs(StorageSpec storage) {
        var tmpfs = new TreeMap<String, String>();
        for (Mount mount : storage.mounts()) {
            if (mount instanceof Mount.Tmpfs t && t.fromTmpfsFlag()) {
                tmpfs.put(t.target(), String.join(",", t.options()));
            }
        }
        return tmpfs;
    }

    static List<Object> mounts(StorageSpec storage) {
        var mounts = new ArrayList<Object>();
        for (Mount mount : storage.mounts()) {
            switch (mount) {
                case Mount.Bind bind when bind.spelling().isEmpty() -> mounts.add(bind(bind));
                case Mount.Volume volume
                when volume.spelling().isEmpty() && !volume.anonymous() -> mounts.add(volume(volume));
                case Mount.Tmpfs tmpfs
                when !tmpfs.fromTmpfsFlag() ->
                    mounts.add(Json.object("Type", "tmpfs", "Target", tmpfs.target(), "ReadOnly", tmpfs.readOnly()));
                case Mount.Bind _, Mount.Volume _, Mount.Tmpfs _ -> {}
            }
        }
        return mounts;
    }

    private static Map<String, @Nullable Object> bind(Mount.Bind bind) {
        var fields = Json.object(
                "Type", "bind", "Source", bind.source(), "Target", bind.target(), "ReadOnly", bind.readOnly());
        if (!bind.options().isEmpty()) {
            fields.put("BindOptions", Json.object("Propagation", bind.options().getFirst()));
        }
        addOwners(bind, fields);
        return fields;
    }

    private static Map<String, @Nullable Object> volume(Mount.Volume volume) {
        var fields = Json.object(
                "Type", "volume",
                "Source", volume.name(),
                "Target", volume.target(),
                "ReadOnly", volume.readOnly(),
                "VolumeOptions",
                        Json.object(
                                "NoCopy",
                                !volume.copyUp(),
                                "Labels",
                                new TreeMap<>(volume.labels()),
                                "Subpath",
                                volume.subpath()));
        addOwners(volume, fields);
        return fields;
    }

    private static void addOwners(Mount mount, Map<String, @Nullable Object> fields) {
        if (!mount.owners().spelling().isEmpty()) {
            fields.put("Owners", mount.owners().spelling());
        }
    }

    /// What was asked about the owners of mounts, by target.
    static Map<String, String> owners(StorageSpec storage) {
        var owners = new TreeMap<String, String>();
        storage.mounts().stream()
                .filter(mount -> !mount.owners().spelling().isEmpty())
                .forEach(mount -> owners.put(mount.target(), mount.owners().spelling()));
        return owners;
    }
}
