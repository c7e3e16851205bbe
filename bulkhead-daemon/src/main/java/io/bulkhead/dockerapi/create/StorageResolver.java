package io.bulkhead.dockerapi.create;

import io.bulkhead.container.Container;
import io.bulkhead.image.ImageConfig;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.Names;
import io.bulkhead.spec.MountOwners;
import io.bulkhead.spec.StorageSpec;
import io.bulkhead.spec.StorageSpec.Mount;
import io.bulkhead.volume.Volume;
import io.bulkhead.volume.Volumes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// What is mounted besides the image, in Docker's order of precedence: `VolumesFrom`, then `Binds`, `Mounts` and
/// `Tmpfs`, then the volumes that the request and the image declare where nothing else is mounted.
final class StorageResolver {

    private final Function<String, Container> containers;
    private final Volumes volumes;
    private final HostPaths hostPaths;
    private final RandomGenerator randomness;

    StorageResolver(
            Function<String, Container> containers, Volumes volumes, HostPaths hostPaths, RandomGenerator randomness) {
        this.containers = containers;
        this.volumes = volumes;
        this.hostPaths = hostPaths;
        this.randomness = randomness;
    }

    StorageSpec resolve(CreateRequest request, ImageConfig image) {
        HostConfig host = request.hostConfig();
        if (!List.of("", "local").contains(host.volumeDriver())) {
            throw Invalid.value("HostConfig.VolumeDriver", host.volumeDriver(), "there is only 'local'");
        }
        var mounts = new LinkedHashMap<String, Mount>();
        host.volumesFrom()
                .forEach(line ->
                        InheritedMounts.of(line, containers).forEach(mount -> mounts.put(mount.target(), mount)));
        for (Mount mount : asked(host)) {
            mounts.put(mount.target(), mount);
        }
        var declared = new TreeSet<String>();
        request.volumes().keySet().forEach(path -> declared.add(ContainerPaths.mountTarget(path)));
        image.volumes()
                .forEach(path -> declared.add(ContainerPaths.mountTarget(path.startsWith("/") ? path : "/" + path)));
        declared.forEach(target -> mounts.putIfAbsent(target, anonymous(target, false, true, "")));
        return new StorageSpec(List.copyOf(mounts.values()));
    }

    private List<Mount> asked(HostConfig host) {
        var asked = new ArrayList<Mount>();
        host.binds().forEach(line -> asked.add(bind(BindSpelling.parse(line))));
        host.mounts().forEach(mount -> asked.add(mount(mount)));
        host.tmpfs()
                .forEach((path, options) -> asked.add(
                        new Mount.Tmpfs(ContainerPaths.mountTarget(path), TmpfsOptions.parse(options), true)));
        var targets = new HashSet<String>();
        for (Mount mount : asked) {
            Invalid.when(!targets.add(mount.target()), "Duplicate mount point: " + Names.shown(mount.target()));
        }
        return asked;
    }

    private Mount bind(BindSpelling bind) {
        if (bind.isHostPath()) {
            String source = hostPaths.existingOrNew(bind.source(), bind.readOnly());
            return new Mount.Bind(
                    source, bind.target(), bind.readOnly(), bind.options(), true, bind.line(), bind.owners());
        }
        Mount.Volume volume = bind.source().isEmpty()
                ? anonymous(bind.target(), bind.readOnly(), bind.copyUp(), bind.line())
                : named(
                        bind.source(),
                        bind.target(),
                        bind.readOnly(),
                        new HostConfig.VolumeOptions(!bind.copyUp(), Map.of(), null, ""),
                        bind.line());
        return volume.with(bind.owners());
    }

    private Mount mount(HostConfig.Mount mount) {
        String target = ContainerPaths.mountTarget(mount.target());
        requireOwnOptions(mount);
        MountOwners owners = mount.owners().isEmpty() ? new MountOwners.Default() : BindSpelling.owners(mount.owners());
        return switch (mount.type()) {
            case "bind" -> hostPath(mount, target).with(owners);
            case "volume" -> {
                var options = mount.volumeOptions() == null
                        ? new HostConfig.VolumeOptions(false, Map.of(), null, "")
                        : mount.volumeOptions();
                Mount.Volume volume = mount.source().isEmpty()
                        ? unnamed(target, mount.readOnly(), options)
                        : named(mount.source(), target, mount.readOnly(), options, "");
                yield volume.with(owners);
            }
            case "tmpfs" -> {
                Invalid.when(
                        !mount.owners().isEmpty(),
                        "invalid mount config for type \"tmpfs\": field Owners must not be specified");
                Invalid.when(
                        !mount.source().isEmpty(),
                        "invalid mount config for type \"tmpfs\": field Source must not be specified");
                yield new Mount.Tmpfs(target, TmpfsOptions.of(mount), false);
            }
            default -> throw Invalid.value("HostConfig.Mounts.Type", mount.type(), "it is bind, volume or tmpfs");
        };
    }

    private static void requireOwnOptions(HostConfig.Mount mount) {
        boolean foreign = (mount.bindOptions() != null && !mount.type().equals("bind"))
                || (mount.volumeOptions() != null && !mount.type().equals("volume"))
                || (mount.tmpfsOptions() != null && !mount.type().equals("tmpfs"));
        Invalid.when(
                foreign,
                "invalid mount config for type \"" + Names.shown(mount.type()) + "\": it has options of another type");
    }

    private Mount.Bind hostPath(HostConfig.Mount mount, String target) {
        Invalid.when(
                mount.source().isEmpty(), "invalid mount config for type \"bind\": field Source must not be empty");
        var options = mount.bindOptions() == null ? new HostConfig.BindOptions("", false) : mount.bindOptions();
        BindSpelling.requirePropagation(options.propagation());
        String source = options.createMountpoint()
                ? hostPaths.existingOrNew(mount.source(), mount.readOnly())
                : hostPaths.existing(mount.source(), mount.readOnly());
        List<String> words = options.propagation().isEmpty() ? List.of() : List.of(options.propagation());
        return new Mount.Bind(source, target, mount.readOnly(), words, options.createMountpoint(), "");
    }

    private Mount.Volume anonymous(String target, boolean readOnly, boolean copyUp, String line) {
        return new Mount.Volume(
                ContainerId.random(randomness).value(),
                target,
                readOnly,
                true,
                copyUp,
                "local",
                Map.of(),
                Map.of(),
                "",
                line);
    }

    private Mount.Volume unnamed(String target, boolean readOnly, HostConfig.VolumeOptions options) {
        return new Mount.Volume(
                ContainerId.random(randomness).value(),
                target,
                readOnly,
                true,
                !options.noCopy(),
                "local",
                driverOptions(options),
                options.labels(),
                subpath(options.subpath()),
                "");
    }

    /// A volume that exists is what it was made as: its own driver options count, for the decision too.
    private Mount.Volume named(
            String name, String target, boolean readOnly, HostConfig.VolumeOptions options, String line) {
        BindSpelling.requireVolumeName(name);
        Map<String, String> asked = driverOptions(options);
        return new Mount.Volume(
                name,
                target,
                readOnly,
                false,
                !options.noCopy(),
                "local",
                volumes.find(name).map(Volume::options).orElse(asked),
                options.labels(),
                subpath(options.subpath()),
                line);
    }

    private static Map<String, String> driverOptions(HostConfig.VolumeOptions options) {
        HostConfig.DriverConfig driver = options.driverConfig();
        if (driver == null) {
            return Map.of();
        }
        if (!List.of("", "local").contains(driver.name())) {
            throw Invalid.value("VolumeOptions.DriverConfig.Name", driver.name(), "there is only 'local'");
        }
        return driver.options();
    }

    private static String subpath(String subpath) {
        if (subpath.startsWith("/") || List.of(subpath.split("/", -1)).contains("..")) {
            throw Invalid.value("VolumeOptions.Subpath", subpath, "it must be relative and without '..'");
        }
        return subpath;
    }
}
