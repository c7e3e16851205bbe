package io.bulkhead.kernel;

import java.util.Optional;
import java.util.OptionalInt;

/// The eBPF program that counts system calls: it runs at every one of the host's, so it first looks whether the caller
/// is one of those that are recorded.
final class RecordingProgram {

    /// Numbers of one table that are counted; the tables have reached 470 (x32: 547) by Linux 6.18.
    static final int NUMBERS = 1024;

    /// Of the machine's own calls, of its other table's, and of x32's.
    static final int TABLES = 3;

    private static final int X32_BIT = 0x4000_0000;
    private static final int MODE_FILTER = 2;

    // enum bpf_func_id
    private static final int GET_CURRENT_UID_GID = 15;
    private static final int GET_CURRENT_TASK = 35;
    private static final int PROBE_READ_KERNEL = 113;
    private static final int GET_NS_CURRENT_PID_TGID = 120;

    private static final boolean X86 = "amd64".equals(System.getProperty("os.arch"));

    /// TS_COMPAT in `status` (arch/x86), TIF_32BIT in `flags` (arch/arm64).
    private static final String OTHER_TABLE_MEMBER = X86 ? "status" : "flags";

    private static final int OTHER_TABLE_BITS = X86 ? 0x2 : 1 << 22;

    /// Looked for once, since the description has several megabytes, and stays the same until the machine restarts.
    private static volatile Optional<RecordingProgram> known = Optional.empty();

    /// Where a task keeps the bits that a call of the machine's other table has set: the kernel's own mark, which
    /// unlike the code segment also tells an `int 0x80` of a 64-bit program.
    private final int otherTable;

    /// Where a task keeps its seccomp mode.
    private final int mode;

    private RecordingProgram(int otherTable, int mode) {
        this.otherTable = otherTable;
        this.mode = mode;
    }

    /// @throws KernelException EOPNOTSUPP if the kernel does not tell where it keeps what the program looks at
    static RecordingProgram ofRunning() {
        Optional<RecordingProgram> found = known;
        RecordingProgram program = found.isPresent() ? found.get() : look();
        known = Optional.of(program);
        return program;
    }

    private static RecordingProgram look() {
        KernelTypes types = KernelTypes.ofRunning()
                .orElseThrow(() -> new KernelException(
                        "/sys/kernel/btf/vmlinux, without which 32-bit calls cannot be told apart", Errno.ENOENT));
        return new RecordingProgram(
                required(types.offset("task_struct", "thread_info", OTHER_TABLE_MEMBER), "thread_info"),
                required(types.offset("task_struct", "seccomp", "mode"), "seccomp.mode"));
    }

    private static int required(OptionalInt offset, String member) {
        return offset.orElseThrow(
                () -> new KernelException("this kernel's task_struct has no " + member, Errno.EOPNOTSUPP));
    }

    /// @param filteredOnly leaves out threads without a seccomp filter: a runtime at work on the way into the container
    byte[] instructions(SyscallRecorder.Scope scope, boolean filteredOnly, int map) {
        var program = new EbpfAssembly().move(6, 1);
        scope(program, scope);
        program.call(GET_CURRENT_TASK).move(7, 0);
        if (filteredOnly) {
            read(program, mode).load32(1, 10, -8).jumpIfNot(1, MODE_FILTER, "exit");
        }
        read(program, otherTable).load32(8, 10, -8);
        number(program);
        return program.label("count")
                .shiftLeft(1, 3)
                .setMapValue(2, map)
                .plusRegister(2, 1)
                .set(3, 1)
                .addAtomically(2, 3)
                .label("exit")
                .set(0, 0)
                .exit()
                .bytes();
    }

    private static void scope(EbpfAssembly program, SyscallRecorder.Scope scope) {
        switch (scope) {
            case SyscallRecorder.Scope.Users(var range) ->
                program.call(GET_CURRENT_UID_GID)
                        .narrow(0)
                        .set64(1, range.first())
                        .minusRegister(0, 1)
                        .set64(1, range.count())
                        .jumpIfAtLeastRegister(0, 1, "exit");
            case SyscallRecorder.Scope.PidNamespace(long device, long inode) ->
                program.set64(1, device)
                        .set64(2, inode)
                        .stackAddress(3, 16)
                        .set(4, 8)
                        .call(GET_NS_CURRENT_PID_TGID)
                        .jumpIfNot(0, 0, "exit");
        }
    }

    /// Four bytes of the current task, whose address is in register 7, to the stack.
    private static EbpfAssembly read(EbpfAssembly program, int offset) {
        return program.stackAddress(1, 8)
                .set(2, 4)
                .move(3, 7)
                .plus(3, offset)
                .call(PROBE_READ_KERNEL)
                .jumpIfNot(0, 0, "exit");
    }

    /// The call's place in the map to register 1. The second argument of `sys_enter` is the number.
    private static void number(EbpfAssembly program) {
        program.load64(1, 6, 8)
                .narrow(1)
                .jumpIfAnyBit(8, OTHER_TABLE_BITS, "other")
                .jumpIfLess(1, NUMBERS, "count")
                .plus(1, -X32_BIT)
                .jumpIfAtLeast(1, NUMBERS, "exit")
                .plus(1, 2 * NUMBERS)
                .jump("count")
                .label("other")
                .jumpIfAtLeast(1, NUMBERS, "exit")
                .plus(1, NUMBERS);
    }
}
