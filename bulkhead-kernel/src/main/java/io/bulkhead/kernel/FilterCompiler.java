package io.bulkhead.kernel;

import io.bulkhead.seccomp.BpfProgram;
import io.bulkhead.seccomp.SeccompProfile;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Operator;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import io.bulkhead.seccomp.SyscallTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// Compiles a profile with the host's libseccomp into the program that a runtime would load, without loading it. Done
/// as
/// crun and runc do it: calls that the library has no name for are left out, and so is what the default action does
/// anyway.
public final class FilterCompiler {

    private static final int NO_SUCH_CALL = -1;
    private static final int COMPARISON_BYTES = 24;
    private static final MemorySegment MEMFD = Calls.function("memfd_create");
    private static final MemorySegment PREAD = Calls.function("pread");

    private final MemorySegment begin;
    private final MemorySegment release;
    private final MemorySegment addTable;
    private final MemorySegment resolve;
    private final MemorySegment addRule;
    private final MemorySegment export;

    private FilterCompiler(SymbolLookup library) {
        begin = library.findOrThrow("seccomp_init");
        release = library.findOrThrow("seccomp_release");
        addTable = library.findOrThrow("seccomp_arch_add");
        resolve = library.findOrThrow("seccomp_syscall_resolve_name");
        addRule = library.findOrThrow("seccomp_rule_add_array");
        export = library.findOrThrow("seccomp_export_bpf");
    }

    /// Empty if the host does not have the library.
    public static Optional<FilterCompiler> find() {
        try {
            return Optional.of(new FilterCompiler(SymbolLookup.libraryLookup("libseccomp.so.2", Arena.global())));
        } catch (IllegalArgumentException missing) {
            return Optional.empty();
        }
    }

    /// @throws KernelException with the library's errno
    public BpfProgram compile(SeccompProfile profile) {
        int otherwise = code(profile.defaultAction(), profile.defaultErrnoRet());
        long filter = Calls.call(begin, otherwise).value();
        if (filter == 0) {
            throw new KernelException("begin a filter", Errno.EINVAL);
        }
        try (Arena arena = Arena.ofConfined()) {
            for (String architecture : profile.architectures()) {
                addTable(filter, SyscallTable.ofName(architecture));
            }
            for (Rule rule : profile.syscalls()) {
                if (code(rule.action(), rule.errnoRet()) != otherwise) {
                    add(arena, filter, rule);
                }
            }
            return export(arena, filter);
        } finally {
            Calls.call(release, filter);
        }
    }

    private void addTable(long filter, SyscallTable table) {
        int answer = (int) Calls.call(addTable, filter, LibSeccomp.token(table)).value();
        if (answer != -Errno.EEXIST) {
            check(answer, "add the table " + table.label());
        }
    }

    private void add(Arena arena, long filter, Rule rule) {
        MemorySegment comparisons =
                arena.allocate((long) COMPARISON_BYTES * Math.max(1, rule.args().size()), 8);
        for (int i = 0; i < rule.args().size(); i++) {
            write(
                    comparisons.asSlice((long) COMPARISON_BYTES * i, COMPARISON_BYTES),
                    rule.args().get(i));
        }
        for (String name : rule.names()) {
            int number =
                    (int) Calls.call(resolve, Calls.text(arena, name).address()).value();
            if (number != NO_SUCH_CALL) {
                long answer = Calls.call(
                                addRule,
                                filter,
                                code(rule.action(), rule.errnoRet()),
                                number,
                                rule.args().size(),
                                comparisons.address())
                        .value();
                check((int) answer, "add a rule for " + name);
            }
        }
    }

    /// `struct scmp_arg_cmp`.
    private static void write(MemorySegment comparison, Argument argument) {
        comparison.set(ValueLayout.JAVA_INT, 0, argument.index());
        comparison.set(ValueLayout.JAVA_INT, 4, code(argument.op()));
        comparison.set(ValueLayout.JAVA_LONG, 8, argument.value());
        comparison.set(ValueLayout.JAVA_LONG, 16, argument.valueTwo());
    }

    /// `enum scmp_compare`.
    private static int code(Operator operator) {
        return switch (operator) {
            case SCMP_CMP_NE -> 1;
            case SCMP_CMP_LT -> 2;
            case SCMP_CMP_LE -> 3;
            case SCMP_CMP_EQ -> 4;
            case SCMP_CMP_GE -> 5;
            case SCMP_CMP_GT -> 6;
            case SCMP_CMP_MASKED_EQ -> 7;
        };
    }

    /// `SCMP_ACT_*`; an errno that nobody gave is EPERM, as the runtimes have it.
    private static int code(Action action, Optional<Integer> errno) {
        int data = errno.orElse(Errno.EPERM) & 0xFFFF;
        return switch (action) {
            case SCMP_ACT_KILL, SCMP_ACT_KILL_THREAD -> 0;
            case SCMP_ACT_KILL_PROCESS -> 0x8000_0000;
            case SCMP_ACT_TRAP -> 0x0003_0000;
            case SCMP_ACT_ERRNO -> 0x0005_0000 | data;
            case SCMP_ACT_TRACE -> 0x7FF0_0000 | data;
            case SCMP_ACT_LOG -> 0x7FFC_0000;
            case SCMP_ACT_ALLOW -> 0x7FFF_0000;
        };
    }

    private BpfProgram export(Arena arena, long filter) {
        Calls.Result file = Calls.call(MEMFD, Calls.text(arena, "filter").address(), 1);
        if (file.value() < 0) {
            throw new KernelException("make a file in memory", file.errno());
        }
        try (var open = new Fd((int) file.value())) {
            check((int) Calls.call(export, filter, open.number()).value(), "export the filter");
            MemorySegment room = arena.allocate((long) BpfProgram.MOST_INSTRUCTIONS * BpfProgram.INSTRUCTION_BYTES, 8);
            long bytes = Calls.call(PREAD, open.number(), room.address(), room.byteSize(), 0)
                    .value();
            return BpfProgram.of(room.asSlice(0, Math.max(0, bytes)).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static void check(int answer, String what) {
        if (answer < 0) {
            throw new KernelException("libseccomp: " + what, -answer);
        }
    }
}
