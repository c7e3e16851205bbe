package io.bulkhead.bundle;

import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Fd;
import io.bulkhead.ownership.Ownership;
import io.bulkhead.spec.ContainerSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a start needs beside the spec: what the engine made for it and found on the host.
///
/// @param directory the bundle: gets `config.json` and the mount point `rootfs`
/// @param storage the container's own directory, on the same file system as the layers: `upper`, `work`, `hostname`,
/// `hosts`, `resolv.conf`
/// @param layers unpacked layers, bottom first
/// @param userNamespace empty with the host's; its maps are in `idMaps`
/// @param networkNamespace made inside the user namespace, or another container's; empty with the host's
/// @param joined namespaces of other containers by kind (`pid`, `ipc`, `uts`, `cgroup`) and path
/// @param sharedMemory a copy of the `/dev/shm` of the container whose `ipc` namespace is joined, attached nowhere
/// @param volumes data directories of the volumes the spec names
/// @param ownership changes owners where a mount asks for it, and knows which trees are the engine's
/// @param cgroupPath for example `/bulkhead/<id>`
public record BundleRequest(
        ContainerSpec spec,
        Path directory,
        Path storage,
        List<Path> layers,
        Optional<Fd> userNamespace,
        Optional<IdMaps> idMaps,
        Optional<Fd> networkNamespace,
        Map<String, String> joined,
        Optional<Fd> sharedMemory,
        Map<String, Path> volumes,
        Ownership ownership,
        String cgroupPath,
        RuntimeFacts runtime) {

    public BundleRequest {
        layers = List.copyOf(layers);
        joined = Map.copyOf(joined);
        volumes = Map.copyOf(volumes);
    }

    /// @param name `crun` or `runc`
    /// @param seccompFlags flags of `linux.seccomp.flags` the runtime takes; older runc takes none
    /// @param cgroupVersion 1 or 2
    /// @param initBinary a static init of the host for `--init`, such as catatonit or tini
    /// @param recordsByFilter whether the filter of a container that is recorded has to log what it allows
    public record RuntimeFacts(
            String name,
            List<String> seccompFlags,
            int cgroupVersion,
            Optional<Path> initBinary,
            boolean idmappedLayers,
            boolean recordsByFilter) {
        public RuntimeFacts {
            seccompFlags = List.copyOf(seccompFlags);
        }

        /// For a start on a host where nothing else tells calls.
        public RuntimeFacts recordingByFilter() {
            return new RuntimeFacts(name, seccompFlags, cgroupVersion, initBinary, idmappedLayers, true);
        }
    }
}
