package io.bulkhead.dockerapi.create;

import io.bulkhead.capability.Capability;
import io.bulkhead.container.Container;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.spec.IsolationSpec;
import io.bulkhead.spec.IsolationSpec.DeviceSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.NetworkSpec;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What holds the container in. `--privileged` becomes the fields it stands for here, and nothing further on asks for
/// it again: every capability and no masked paths, but still a filter, a user namespace, a label and no devices.
final class IsolationResolver {

    private final Function<String, Container> containers;
    private final HostPaths hostPaths;

    /// @param containers the container a caller names
    IsolationResolver(Function<String, Container> containers, HostPaths hostPaths) {
        this.containers = containers;
        this.hostPaths = hostPaths;
    }

    /// @param userns of a container that asks for none
    IsolationSpec resolve(HostConfig host, NetworkSpec.Mode network, UsernsMode userns, UsernsSources sources) {
        SecurityOptions options = SecurityOptions.parse(host.securityOpt(), sources);
        NamespaceMode pid = pid(host.pidMode());
        NamespaceMode ipc = ipc(host.ipcMode());
        requireRuntime(host);
        Set<Capability> capabilities = CapabilitySet.of(host.capAdd(), host.capDrop(), host.privileged());
        return new IsolationSpec(
                new JoinedUserns(containers)
                        .mode(JoinedUserns.joined(network, pid, ipc), options.userns(host.usernsMode()), userns),
                options.confinement(capabilities),
                options.recording(),
                options.label(),
                capabilities,
                host.capAdd(),
                host.capDrop(),
                host.securityOpt(),
                host.privileged(),
                options.noNewPrivileges(),
                host.readonlyRootfs(),
                maskedPaths(host, options),
                pid,
                ipc,
                hostOrPrivate("HostConfig.UTSMode", host.utsMode()),
                hostOrPrivate("HostConfig.CgroupnsMode", host.cgroupnsMode()),
                host.devices().stream().map(this::device).toList(),
                Sysctls.require(host.sysctls(), ipc, network),
                cgroupParent(host.cgroupParent()));
    }

    private static void requireRuntime(HostConfig host) {
        if (!List.of("", "crun", "runc").contains(host.runtime())) {
            throw Invalid.value("HostConfig.Runtime", host.runtime(), "unknown or invalid runtime name; leave it out");
        }
        if (!List.of("", "default").contains(host.isolation())) {
            throw Invalid.value("HostConfig.Isolation", host.isolation(), "Linux has only 'default'");
        }
    }

    private static boolean maskedPaths(HostConfig host, SecurityOptions options) {
        boolean listsOpen = isOpen("HostConfig.MaskedPaths", host.maskedPaths());
        boolean sameForBoth = listsOpen == isOpen("HostConfig.ReadonlyPaths", host.readonlyPaths());
        Invalid.when(!sameForBoth, "HostConfig.MaskedPaths and ReadonlyPaths: both empty lists, or neither");
        return !host.privileged() && !listsOpen && !options.unmaskedPaths();
    }

    private static boolean isOpen(String field, @Nullable List<String> paths) {
        if (paths == null) {
            return false;
        }
        Invalid.when(!paths.isEmpty(), field + " is not supported with paths: leave it out for the default list");
        return true;
    }

    private NamespaceMode pid(String mode) {
        return mode.startsWith("container:") ? joined(mode) : hostOrPrivate("HostConfig.PidMode", mode);
    }

    private NamespaceMode ipc(String mode) {
        return switch (mode) {
            case "shareable" -> new NamespaceMode.Private();
            case "none" ->
                throw Invalid.because(
                        "HostConfig.IpcMode none is not supported yet: use private, with its own /dev/shm");
            default -> mode.startsWith("container:") ? joined(mode) : hostOrPrivate("HostConfig.IpcMode", mode);
        };
    }

    private NamespaceMode joined(String mode) {
        return new NamespaceMode.Container(
                containers.apply(mode.substring("container:".length())).id().value());
    }

    private static NamespaceMode hostOrPrivate(String field, String mode) {
        return switch (mode) {
            case "", "private" -> new NamespaceMode.Private();
            case "host" -> new NamespaceMode.Host();
            default -> throw Invalid.value(field, mode, "this namespace mode is not known");
        };
    }

    private DeviceSpec device(HostConfig.Device device) {
        String access = device.cgroupPermissions().isEmpty() ? "rwm" : device.cgroupPermissions();
        if (!access.matches("r?w?m?|r?m?w?|w?r?m?|w?m?r?|m?r?w?|m?w?r?")) {
            throw Invalid.value("HostConfig.Devices", access, "the permissions are some of r, w and m");
        }
        String inside = device.pathInContainer().isEmpty() ? device.pathOnHost() : device.pathInContainer();
        return new DeviceSpec(
                hostPaths.device(device.pathOnHost(), access), ContainerPaths.mountTarget(inside), access);
    }

    /// Names with single slashes between them, from the root: the cgroup that is made has to be found again under the
    /// same name at the container's end, and when the daemon starts (`CgroupHost` has the same rule).
    private static String cgroupParent(String parent) {
        if (parent.isEmpty()) {
            return "";
        }
        String absolute = parent.startsWith("/") ? parent : "/" + parent;
        if (!absolute.matches("(/[a-zA-Z0-9_:][a-zA-Z0-9_.:-]*)+")) {
            throw Invalid.value(
                    "HostConfig.CgroupParent", parent, "the path is not a plain one such as /group/of/mine");
        }
        return absolute;
    }
}
