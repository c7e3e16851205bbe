package io.bulkhead.denial;

import io.bulkhead.seccomp.SyscallTable;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/// One record of the kernel about a system call that a filter refused or logged (type AUDIT_SECCOMP, linux/audit.h;
/// made by `audit_seccomp` of kernel/auditsc.c).
///
/// @param user the host's uid
/// @param command the thread's name, which is the container's choice: printable ASCII here, at most 15 characters
/// @param executable likewise, a path as the process sees it
/// @param number plain, without x32's bit
/// @param code the filter's answer, SECCOMP_RET_* with its data
record RefusedCall(long user, int pid, String command, String executable, SyscallTable table, int number, int code) {

    private static final int X32_BIT = 0x4000_0000;
    private static final int LONGEST_PATH = 256;

    /// Names cannot look like other fields: the kernel writes those with a space, a quote or anything unprintable as
    /// hexadecimal digits.
    ///
    /// @return empty for a record of another form, or of an architecture that is not known
    static Optional<RefusedCall> parse(byte[] text, int length) {
        String line = new String(text, 0, length, StandardCharsets.ISO_8859_1);
        try {
            int number = Integer.parseUnsignedInt(field(line, " syscall="));
            int architecture = Integer.parseUnsignedInt(field(line, " arch="), 16);
            return table(architecture, number)
                    .map(table -> new RefusedCall(
                            Long.parseLong(field(line, " uid=")),
                            Integer.parseInt(field(line, " pid=")),
                            name(field(line, " comm=")),
                            name(field(line, " exe=")),
                            table,
                            table == SyscallTable.X32 ? number & ~X32_BIT : number,
                            Integer.parseUnsignedInt(field(line, " code=").substring(2), 16)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    private static Optional<SyscallTable> table(int architecture, int number) {
        for (SyscallTable table : SyscallTable.values()) {
            boolean x32 = (number & X32_BIT) != 0;
            if (table.architecture() == architecture
                    && (architecture != SyscallTable.X32.architecture() || x32 == (table == SyscallTable.X32))) {
                return Optional.of(table);
            }
        }
        return Optional.empty();
    }

    private static String field(String line, String key) {
        int found = line.indexOf(key);
        if (found < 0) {
            throw new IllegalArgumentException("no" + key);
        }
        int begin = found + key.length();
        int end = begin;
        while (end < line.length() && line.charAt(end) > ' ') {
            end++;
        }
        return line.substring(begin, end);
    }

    private static String name(String written) {
        if (written.startsWith("\"")) {
            return printable(written.substring(1, written.length() - 1));
        }
        return written.equals("(null)")
                ? ""
                : printable(new String(HexFormat.of().parseHex(written), StandardCharsets.ISO_8859_1));
    }

    private static String printable(String name) {
        return name.substring(0, Math.min(name.length(), LONGEST_PATH)).replaceAll("[^\\x20-\\x7e]", "?");
    }
}
