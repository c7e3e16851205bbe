package io.bulkhead.seccomp;

import java.util.List;

/// A table of system calls that a machine can be asked to call from. Machines have more than one: the compatible ones
/// are doors of their own into the kernel.
public enum SyscallTable {
    X86_64("x86_64", 0xC000_003E, 0),
    I386("i386", 0x4000_0003, 0),
    /// Shares its architecture with x86-64; a bit of the number tells them apart.
    X32("x32", 0xC000_003E, 0x4000_0000),
    AARCH64("aarch64", 0xC000_00B7, 0),
    ARM("arm", 0x4000_0028, 0);

    private final String label;
    private final int architecture;
    private final int bit;

    SyscallTable(String label, int architecture, int bit) {
        this.label = label;
        this.architecture = architecture;
        this.bit = bit;
    }

    /// The tables of a machine, its own first.
    ///
    /// @param machine as the JVM calls it in `os.arch`
    /// @throws IllegalArgumentException for a machine Bulkhead does not run on
    public static List<SyscallTable> ofMachine(String machine) {
        return switch (machine) {
            case "amd64" -> List.of(X86_64, I386, X32);
            case "aarch64" -> List.of(AARCH64, ARM);
            default -> throw new IllegalArgumentException("the system call tables of `" + machine + "` are not known");
        };
    }

    public String label() {
        return label;
    }

    /// `AUDIT_ARCH_*`, as filters see it.
    public int architecture() {
        return architecture;
    }

    /// The number as filters see it.
    public int number(int plain) {
        return plain | bit;
    }
}
