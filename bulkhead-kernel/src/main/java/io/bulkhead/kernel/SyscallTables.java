package io.bulkhead.kernel;

import io.bulkhead.seccomp.SyscallTable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Which numbers of a table are system calls. The kernel does not tell; the host's libseccomp knows those that were
/// there when it was made.
public final class SyscallTables {

    /// The highest number looked at; the tables have reached 470 by Linux 6.18.
    public static final int LAST = 511;

    /// x32 has calls of its own above those it shares with x86-64.
    private static final int LAST_OF_X32 = 547;

    private final Optional<LibSeccomp> library;
    private final Map<SyscallTable, int[]> named = new ConcurrentHashMap<>();

    private SyscallTables(Optional<LibSeccomp> library) {
        this.library = library;
    }

    public static SyscallTables ofHost() {
        return new SyscallTables(LibSeccomp.find());
    }

    /// Without the library.
    static SyscallTables ofNobody() {
        return new SyscallTables(Optional.empty());
    }

    /// Who says so: the library and its version, or nobody.
    public String source() {
        return library.map(known -> "libseccomp " + known.version())
                .orElse("every number from 0 to " + LAST + " (libseccomp is not installed)");
    }

    /// The numbers of the table's calls, as filters see them; without the library every one up to [#LAST].
    public IntStream calls(SyscallTable table) {
        return IntStream.of(named.computeIfAbsent(table, this::look));
    }

    /// The numbers up to [#LAST] that no call has, or one newer than the library.
    public IntStream others(SyscallTable table) {
        Set<Integer> taken = calls(table).boxed().collect(Collectors.toUnmodifiableSet());
        return all(table).filter(number -> !taken.contains(number));
    }

    private int[] look(SyscallTable table) {
        IntStream all = all(table);
        return library.map(
                        known -> all.filter(number -> known.name(table, number).isPresent()))
                .orElse(all)
                .toArray();
    }

    private static IntStream all(SyscallTable table) {
        int last = table == SyscallTable.X32 ? LAST_OF_X32 : LAST;
        return IntStream.rangeClosed(0, last).map(table::number);
    }
}
