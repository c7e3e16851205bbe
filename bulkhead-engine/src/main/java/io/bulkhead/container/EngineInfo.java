package io.bulkhead.container;

/// What the engine found on its host, for `info` and `version`.
///
/// @param runtime `crun` or `runc`
/// @param monitorVersion conmon's
/// @param cgroupVersion 1 or 2
/// @param idmappedLayers whether image layers are shown through idmapped mounts, without copying
/// @param recording how the calls of containers are recorded: `ebpf`, or `log` or `none` with the reason
public record EngineInfo(
        String runtime,
        String runtimeVersion,
        String monitorVersion,
        int cgroupVersion,
        boolean idmappedLayers,
        String recording) {}
