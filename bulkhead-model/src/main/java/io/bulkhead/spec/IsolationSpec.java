package io.bulkhead.spec;

import io.bulkhead.capability.Capability;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.RecordingName;
import io.bulkhead.selinux.LabelMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What holds the container in. [#safeDefault()] is what a plain `run` gets.
///
/// @param recording under which name the calls it makes are recorded; no privilege, since nothing is allowed by it
/// @param capabilities the final bounding set, additions and drops already applied; inheritable is always empty
/// @param capAdd as the caller wrote it, for display only
/// @param capDrop as the caller wrote it, for display only
/// @param securityOpt as the caller wrote it, for display only
/// @param privileged Docker's `--privileged`: already expanded into the other fields; kept for display
/// @param sysctls kernel parameters for the container's own namespaces
/// @param cgroupParent empty: the engine's own
public record IsolationSpec(
        UsernsMode userns,
        Confinement confinement,
        Optional<RecordingName> recording,
        LabelMode label,
        Set<Capability> capabilities,
        List<String> capAdd,
        List<String> capDrop,
        List<String> securityOpt,
        boolean privileged,
        boolean noNewPrivileges,
        boolean readOnlyRootfs,
        boolean maskedPaths,
        NamespaceMode pid,
        NamespaceMode ipc,
        NamespaceMode uts,
        NamespaceMode cgroup,
        List<DeviceSpec> devices,
        Map<String, String> sysctls,
        String cgroupParent) {

    public IsolationSpec {
        capabilities = Set.copyOf(capabilities);
        capAdd = List.copyOf(capAdd);
        capDrop = List.copyOf(capDrop);
        securityOpt = List.copyOf(securityOpt);
        devices = List.copyOf(devices);
        sysctls = Map.copyOf(sysctls);
    }

    public static IsolationSpec safeDefault() {
        return new IsolationSpec(
                UsernsMode.defaultMode(),
                Confinement.defaultConfinement(),
                Optional.empty(),
                new LabelMode.Own(),
                Capability.DEFAULTS,
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                false,
                true,
                new NamespaceMode.Private(),
                new NamespaceMode.Private(),
                new NamespaceMode.Private(),
                new NamespaceMode.Private(),
                List.of(),
                Map.of(),
                "");
    }

    /// Whose namespace a container lives in.
    public sealed interface NamespaceMode {
        record Private() implements NamespaceMode {}

        /// A privilege.
        record Host() implements NamespaceMode {}

        /// Another container's, by id: a privilege.
        record Container(String id) implements NamespaceMode {}
    }

    /// @param access of `r`, `w`, `m`
    public record DeviceSpec(String hostPath, String containerPath, String access) {}
}
