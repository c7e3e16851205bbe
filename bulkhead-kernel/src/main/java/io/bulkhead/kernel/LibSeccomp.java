package io.bulkhead.kernel;

import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SyscallTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/// The host's libseccomp, which the runtimes build their filters with: it knows the names of system calls, and makes
/// filters ([#begin]). [FilterCompiler] does that for a whole profile.
public final class LibSeccomp {

    private static final String NAME = "libseccomp.so.2";
    private static final int VERSION_BYTES = 3 * Integer.BYTES;
    private static final MemorySegment FREE = Calls.function("free");

    private final SymbolLookup library;
    private final Map<String, MemorySegment> functions = new ConcurrentHashMap<>();
    private final MemorySegment resolveNumber;
    private final MemorySegment resolveName;
    private final String version;

    private LibSeccomp(SymbolLookup library) {
        this.library = library;
        resolveNumber = library.findOrThrow("seccomp_syscall_resolve_num_arch");
        resolveName = library.findOrThrow("seccomp_syscall_resolve_name_arch");
        version = version(library.findOrThrow("seccomp_version"));
    }

    /// Empty if the host does not have it.
    public static Optional<LibSeccomp> find() {
        return find(NAME);
    }

    static Optional<LibSeccomp> find(String name) {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException missing) {
            return Optional.empty();
        }
        return Optional.of(new LibSeccomp(library));
    }

    /// `struct scmp_version`, three unsigned numbers.
    private static String version(MemorySegment function) {
        MemorySegment numbers =
                MemorySegment.ofAddress(Calls.call(function).value()).reinterpret(VERSION_BYTES);
        return "%d.%d.%d"
                .formatted(
                        numbers.getAtIndex(ValueLayout.JAVA_INT, 0),
                        numbers.getAtIndex(ValueLayout.JAVA_INT, 1),
                        numbers.getAtIndex(ValueLayout.JAVA_INT, 2));
    }

    /// For example `2.5.4`.
    public String version() {
        return version;
    }

    /// Which features of library and kernel together can be used, as seccomp_api_get(3) counts them: 2 has TSYNC,
    /// 3 logs, 4 SPEC_ALLOW, 5 supervisors. Empty if the library is too old to tell (before 2.4).
    public OptionalInt apiLevel() {
        Optional<MemorySegment> function = library.find("seccomp_api_get");
        return function.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of((int) Calls.call(function.get()).value());
    }

    /// A new filter, which does this with every call that no rule is for; close it.
    ///
    /// @param errno for an action that takes one
    public SeccompFilter begin(Action action, Optional<Integer> errno) {
        return SeccompFilter.begin(this, action, errno);
    }

    MemorySegment function(String name) {
        return functions.computeIfAbsent(name, library::findOrThrow);
    }

    /// What the table calls this number; empty if nothing has it.
    public Optional<String> name(SyscallTable table, int number) {
        long address =
                Calls.call(resolveNumber, token(table), table.number(number)).value();
        if (address == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0));
        } finally {
            Calls.call(FREE, address);
        }
    }

    /// The number filters of this table see for a call; empty if the table does not have it. The library's own numbers
    /// for such calls are negative.
    public OptionalInt number(SyscallTable table, String name) {
        try (Arena arena = Arena.ofConfined()) {
            int number = (int) Calls.call(
                            resolveName, token(table), Calls.text(arena, name).address())
                    .value();
            return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
        }
    }

    /// `SCMP_ARCH_*`: the architecture, but for x32, which is "x86-64 with 32 bits".
    static int token(SyscallTable table) {
        return table == SyscallTable.X32 ? 0x4000_003E : table.architecture();
    }
}
