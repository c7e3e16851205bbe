package io.bulkhead.seccomp;

import java.util.List;

/// How many system calls the default profile of another engine lets reach the kernel, for comparison: figures on
/// record, not measured on this host, where that engine need not be.
///
/// Counted over the tables x86_64, i386 and x32 together, as [FilterStack#reachable] counts what the kernel holds, on
/// the filter that libseccomp 2.5.4 makes of the profile for eleven capabilities and kernel 6.1. Each engine's file is
/// the one of its main branch in 2026; `ReferenceProfileTest` counts again where the files are.
///
/// @param entries call numbers, each table's counted by itself
public record OtherEngine(String name, int entries) {

    public static final List<OtherEngine> DEFAULTS =
            List.of(new OtherEngine("Docker", 950), new OtherEngine("Podman", 991));
}
