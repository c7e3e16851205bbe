package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.util.List;
import java.util.Map;

/// A table of system calls that a machine can be asked to call from. Machines have more than one: the compatible ones
/// are doors of their own into the kernel.
public enum SyscallTable {
    X86_64("x86_64", "SCMP_ARCH_X86_64", 0xC000_003E, 0),
    I386("i386", "SCMP_ARCH_X86", 0x4000_0003, 0),
    /// Shares its architecture with x86-64; a bit of the number tells them apart.
    X32("x32", "SCMP_ARCH_X32", 0xC000_003E, 0x4000_0000),
    AARCH64("aarch64", "SCMP_ARCH_AARCH64", 0xC000_00B7, 0),
    ARM("arm", "SCMP_ARCH_ARM", 0x4000_0028, 0);

    private static final Map<String, SyscallTable> OTHER_NAMES =
            Map.of("amd64", X86_64, "x86", I386, "i686", I386, "arm64", AARCH64, "armv7", ARM);

    private final String label;
    private final String ociName;
    private final int architecture;
    private final int bit;

    SyscallTable(String label, String ociName, int architecture, int bit) {
        this.label = label;
        this.ociName = ociName;
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

    /// By its label, its OCI name, or another name that people use.
    ///
    /// @throws PolicyException UNKNOWN_ARCHITECTURE
    public static SyscallTable ofName(String name) {
        for (SyscallTable table : values()) {
            if (table.label.equals(name) || table.ociName.equals(name)) {
                return table;
            }
        }
        SyscallTable other = OTHER_NAMES.get(name);
        if (other == null) {
            throw new PolicyException(
                    Reason.UNKNOWN_ARCHITECTURE,
                    "no architecture is called `" + Names.shown(name) + "`; known are "
                            + Syscalls.labels(List.of(values())));
        }
        return other;
    }

    public String label() {
        return label;
    }

    /// libseccomp's, which OCI uses.
    public String ociName() {
        return ociName;
    }

    /// Whether it is a machine's own table rather than one for compatibility.
    public boolean isNative() {
        return this == X86_64 || this == AARCH64;
    }

    /// Whether its arguments have 32 bits.
    boolean isNarrow() {
        return this == I386 || this == ARM;
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
