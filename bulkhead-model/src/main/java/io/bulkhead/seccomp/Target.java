package io.bulkhead.seccomp;

import io.bulkhead.capability.Capability;
import java.util.List;
import java.util.Set;

/// What a policy is resolved for.
///
/// @param table the machine's own
/// @param capabilities of the container
public record Target(SyscallTable table, Set<Capability> capabilities) {

    public Target {
        capabilities = Set.copyOf(capabilities);
        if (!table.isNative()) {
            throw new IllegalArgumentException(table.label() + " is no machine's own table");
        }
    }

    /// @param machine as the JVM calls it in `os.arch`
    /// @throws IllegalArgumentException for a machine Bulkhead does not run on
    public static Target of(String machine, Set<Capability> capabilities) {
        return new Target(SyscallTable.ofMachine(machine).getFirst(), capabilities);
    }

    /// Every table that calls can be made from on this machine, its own first.
    public List<SyscallTable> tables() {
        return table == SyscallTable.X86_64
                ? List.of(SyscallTable.X86_64, SyscallTable.I386, SyscallTable.X32)
                : List.of(SyscallTable.AARCH64, SyscallTable.ARM);
    }
}
