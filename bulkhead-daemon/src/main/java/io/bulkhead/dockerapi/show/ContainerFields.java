package io.bulkhead.dockerapi.show;

import io.bulkhead.access.Privilege;
import io.bulkhead.container.Container;
import io.bulkhead.container.Container.MountPoint;
import io.bulkhead.dockerapi.HostFacts;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.create.SpecWarnings;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Privileges;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A whole container: `GET /containers/{id}/json` and a line of `GET /containers/json`.
public final class ContainerFields {

    private final NetworkFields network;

    /// @param networkId the id of a network by its name, empty if there is none
    public ContainerFields(UnaryOperator<String> networkId) {
        network = new NetworkFields(networkId);
    }

    /// `inspect`, without sizes.
    ///
    /// @param environment whether values of environment variables are told
    public Map<String, @Nullable Object> inspected(Container container, boolean environment) {
        ContainerSpec spec = container.spec();
        List<String> args = spec.process().args();
        return Json.object(
                "Id", spec.id().value(),
                "Created", container.created().toString(),
                "Path", args.getFirst(),
                "Args", args.subList(1, args.size()),
                "State", StateFields.of(container),
                "Image", spec.imageId().toString(),
                "ResolvConfPath", container.hostFiles().resolvConf().toString(),
                "HostnamePath", container.hostFiles().hostname().toString(),
                "HostsPath", container.hostFiles().hosts().toString(),
                "LogPath",
                        spec.log().driver().equals("none")
                                ? ""
                                : container.logPath().toString(),
                "Name", "/" + spec.name(),
                "RestartCount", container.restartCount(),
                "Driver", HostFacts.STORAGE_DRIVER,
                "Platform", "linux",
                "MountLabel", "",
                "ProcessLabel", "",
                "AppArmorProfile", "",
                "ExecIDs", ConfigFields.nullIfEmpty(container.execIds()),
                "HostConfig", HostConfigFields.of(spec),
                "GraphDriver", Json.object("Data", null, "Name", HostFacts.STORAGE_DRIVER),
                "Mounts",
                        container.mounts().stream().map(ContainerFields::mount).toList(),
                "Config", ConfigFields.of(spec, environment),
                "NetworkSettings", network.settings(container),
                "Bulkhead", bulkhead(container));
    }

    /// What Docker has no word for.
    private static Map<String, @Nullable Object> bulkhead(Container container) {
        ContainerSpec spec = container.spec();
        var warnings = new ArrayList<>(SpecWarnings.of(spec));
        warnings.addAll(container.warnings());
        return Json.object(
                "UsernsMode", spec.isolation().userns().spelling(),
                "IdMap", container.idMaps().map(maps -> lines(maps.users())).orElse(List.of()),
                "GroupIdMap",
                        container.idMaps().map(maps -> lines(maps.groups())).orElse(List.of()),
                "Capabilities",
                        spec.isolation().capabilities().stream()
                                .sorted()
                                .map(Enum::name)
                                .toList(),
                "CapabilityReach", CapabilityReach.of(container),
                "Privileges",
                        Privileges.of(spec).stream()
                                .map(Privilege::spelling)
                                .sorted()
                                .toList(),
                "Seccomp", SeccompFields.word(spec.isolation().confinement()),
                "SeccompPolicy", SeccompFields.of(spec.isolation()),
                "MountOwners", MountSpellings.owners(spec.storage()),
                "Bundle", container.bundle().toString(),
                "Warnings", warnings);
    }

    private static List<Object> lines(IdMap map) {
        return map.lines().stream()
                .<Object>map(line ->
                        Json.object("ContainerID", line.inside(), "HostID", line.outside(), "Size", line.count()))
                .toList();
    }

    private static Map<String, @Nullable Object> mount(MountPoint mount) {
        var fields = Json.object("Type", mount.type());
        if (!mount.name().isEmpty()) {
            fields.put("Name", mount.name());
        }
        fields.putAll(Json.object("Source", mount.source(), "Destination", mount.destination()));
        if (!mount.driver().isEmpty()) {
            fields.put("Driver", mount.driver());
        }
        fields.putAll(Json.object("Mode", mount.mode(), "RW", mount.writable(), "Propagation", mount.propagation()));
        return fields;
    }

    /// A line of a list, without sizes.
    ///
    /// @param imageName the name the image goes by now, or its id
    public Map<String, @Nullable Object> listed(Container container, String imageName, Instant now) {
        ContainerSpec spec = container.spec();
        return Json.object(
                "Id", spec.id().value(),
                "Names", List.of("/" + spec.name()),
                "Image", imageName,
                "ImageID", spec.imageId().toString(),
                "Command", command(spec.process().args()),
                "Created", container.created().getEpochSecond(),
                "Ports", NetworkFields.summary(container),
                "Labels", new TreeMap<>(spec.labels()),
                "State", container.state().status().spelling(),
                "Status", StatusText.of(container, now),
                "HostConfig", Json.object("NetworkMode", spec.network().mode().spelling()),
                "NetworkSettings", Json.object("Networks", network.networks(container)),
                "Mounts",
                        container.mounts().stream().map(ContainerFields::mount).toList());
    }

    /// As Docker writes it: arguments with a blank in quotes.
    static String command(List<String> args) {
        var words = new ArrayList<String>();
        words.add(args.getFirst());
        for (String arg : args.subList(1, args.size())) {
            words.add(arg.contains(" ") ? "'" + arg + "'" : arg);
        }
        return String.join(" ", words);
    }
}
