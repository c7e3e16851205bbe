package io.bulkhead.kernel;

import io.bulkhead.seccomp.BpfProgram;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Operator;
import io.bulkhead.seccomp.SyscallTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// A filter that is being built in libseccomp's memory; close it. It is never loaded: what comes out is a program
/// ([#bpf]) or its pseudo-code ([#pseudocode]).
///
/// ```java
/// try (var filter = LibSeccomp.find().orElseThrow().begin(Action.SCMP_ACT_ERRNO, Optional.of(38))) {
///     filter.open(SyscallTable.I386);
///     filter.add("read", Action.SCMP_ACT_ALLOW, Optional.empty(), List.of());
///     BpfProgram program = filter.bpf();
/// }
/// ```
///
/// It has the machine's own table from the start. Not for several threads at a time.
public final class SeccompFilter implements AutoCloseable {

    private static final int NO_SUCH_CALL = -1;
    private static final int COMPARISON_BYTES = 24;

    /// Far more than the longest filter's pseudo-code.
    private static final int MOST_EXPORTED_BYTES = 16 << 20;

    private static final MemorySegment MEMFD = Calls.function("memfd_create");
    private static final MemorySegment PREAD = Calls.function("pread");
    private static final MemorySegment LSEEK = Calls.function("lseek");
    private static final int SEEK_END = 2;

    private final LibSeccomp library;
    private final int otherwise;
    private long context;

    private SeccompFilter(LibSeccomp library, int otherwise, long context) {
        this.library = library;
        this.otherwise = otherwise;
        this.context = context;
    }

    /// @throws KernelException (EINVAL) if the library does not know the action
    static SeccompFilter begin(LibSeccomp library, Action action, Optional<Integer> errno) {
        int otherwise = code(action, errno);
        long context = Calls.call(library.function("seccomp_init"), otherwise).value();
        if (context == 0) {
            throw new KernelException("libseccomp: begin a filter", Errno.EINVAL);
        }
        return new SeccompFilter(library, otherwise, context);
    }

    /// Rules that are added later are for this table too.
    public void open(SyscallTable table) {
        int answer = (int) Calls.call(library.function("seccomp_arch_add"), open(), LibSeccomp.token(table))
                .value();
        if (answer != -Errno.EEXIST) {
            check(answer, "add the table " + table.label());
        }
    }

    /// Without effect, as with crun and runc, for a call that the library has no name for, and for what the default
    /// action does anyway.
    ///
    /// @param arguments all of which must hold, at most one for each argument
    /// @return whether there is a rule now
    /// @throws KernelException with the library's errno
    public boolean add(String call, Action action, Optional<Integer> errno, List<Argument> arguments) {
        int answer = code(action, errno);
        if (answer == otherwise) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            int number = (int) Calls.call(
                            library.function("seccomp_syscall_resolve_name"),
                            Calls.text(arena, call).address())
                    .value();
            if (number == NO_SUCH_CALL) {
                return false;
            }
            MemorySegment comparisons = arena.allocate((long) COMPARISON_BYTES * Math.max(1, arguments.size()), 8);
            for (int i = 0; i < arguments.size(); i++) {
                write(comparisons.asSlice((long) COMPARISON_BYTES * i, COMPARISON_BYTES), arguments.get(i));
            }
            long added = Calls.call(
                            library.function("seccomp_rule_add_array"),
                            open(),
                            answer,
                            number,
                            arguments.size(),
                            comparisons.address())
                    .value();
            check((int) added, "add a rule for " + FileNames.printable(call));
            return true;
        }
    }

    /// The program that the kernel would be given.
    public BpfProgram bpf() {
        return BpfProgram.of(exported("seccomp_export_bpf"));
    }

    /// The filter for people to read: one block a table, one branch a call. The library's own words, which differ
    /// from version to version.
    public String pseudocode() {
        return new String(exported("seccomp_export_pfc"), StandardCharsets.US_ASCII);
    }

    /// The library writes to a descriptor: a file in memory.
    private byte[] exported(String function) {
        try (Arena arena = Arena.ofConfined()) {
            Calls.Result file = Calls.call(MEMFD, Calls.text(arena, "filter").address(), 1);
            if (file.value() < 0) {
                throw new KernelException("make a file in memory", file.errno());
            }
            try (var open = new Fd((int) file.value())) {
                check(
                        (int) Calls.call(library.function(function), open(), open.number())
                                .value(),
                        "export the filter");
                long size = Calls.call(LSEEK, open.number(), 0, SEEK_END).value();
                if (size < 0 || size > MOST_EXPORTED_BYTES) {
                    throw new KernelException("libseccomp: an export of " + size + " bytes", Errno.EFBIG);
                }
                MemorySegment room = arena.allocate(Math.max(size, 1), 8);
                long bytes = Calls.call(PREAD, open.number(), room.address(), size, 0)
                        .value();
                if (bytes != size) {
                    throw new KernelException("read the exported filter", Errno.EIO);
                }
                return room.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
            }
        }
    }

    private long open() {
        if (context == 0) {
            throw new IllegalStateException("the filter is closed");
        }
        return context;
    }

    @Override
    public void close() {
        if (context != 0) {
            Calls.call(library.function("seccomp_release"), context);
            context = 0;
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

    private static void check(int answer, String what) {
        if (answer < 0) {
            throw new KernelException("libseccomp: " + what, -answer);
        }
    }
}
