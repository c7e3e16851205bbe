package io.bulkhead.kernel;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.seccomp.SyscallTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Counts the system calls of one container while it is open: by an eBPF program of the kernel's raw tracepoint
/// `sys_enter`, which needs neither a compiler nor header files. Calls that a filter refused are not seen.
///
/// The program ends with its descriptors, so nothing is left in the kernel when this process is killed. It is run at
/// every system call of the host, and costs those of other processes some tens of nanoseconds. Needs CAP_BPF and
/// CAP_PERFMON (or CAP_SYS_ADMIN), Linux 5.7, and a kernel that is not locked down (kernel_lockdown(7)).
public final class SyscallRecorder implements AutoCloseable {

    private static final int MAP_CREATE = 0;
    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int PROG_LOAD = 5;
    private static final int RAW_TRACEPOINT_OPEN = 17;
    private static final int MAP_TYPE_ARRAY = 2;
    private static final int PROG_TYPE_RAW_TRACEPOINT = 17;
    private static final int ATTRIBUTES = 72;
    private static final int INSTRUCTION = 8;

    /// Seen by `bpftool` and in `/proc/PID/fdinfo`.
    private static final String NAME = "bulkhead_record";

    /// The helpers that look into a task are for programs under the GPL only; these instructions may be used under
    /// either licence.
    private static final String LICENSE = "Dual MIT/GPL";

    /// A user that no process has.
    private static final IdRange NOBODY = new IdRange(0xFFFF_FFFEL, 1);

    private static final int VALUE = RecordingProgram.TABLES * RecordingProgram.NUMBERS * Long.BYTES;

    private final Fd map;
    private final Fd tracepoint;
    private boolean closed;

    private SyscallRecorder(Fd map, Fd tracepoint) {
        this.map = map;
        this.tracepoint = tracepoint;
    }

    /// Whose calls are counted.
    public sealed interface Scope {

        /// Of everybody with one of these host user ids: children, threads, and whatever is run in the container later.
        record Users(IdRange range) implements Scope {}

        /// Of the processes of this pid namespace, but not of those below it.
        ///
        /// @param device as the kernel numbers it
        record PidNamespace(long device, long inode) implements Scope {

            /// @throws KernelException ESRCH if the process has ended
            public static PidNamespace of(int pid) {
                try {
                    Path file = Path.of("/proc/" + pid + "/ns/pid");
                    long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
                    long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
                    // stat(2) splits the minor number; the kernel's own form is major << 20 | minor.
                    long minor = (device & 0xFF) | ((device >>> 12) & 0xF_FF00);
                    long major = (device >>> 8) & 0xFFF;
                    return new PidNamespace(major << 20 | minor, inode);
                } catch (IOException gone) {
                    throw new KernelException("the pid namespace of process " + pid, Errno.ESRCH);
                }
            }
        }
    }

    /// How often a call was made.
    ///
    /// @param number plain, without x32's bit
    public record Count(SyscallTable table, int number, long calls) {}

    /// Why nothing can be recorded in this way on this host; empty if it can. Nothing is left of the attempt.
    public static Optional<String> obstacle() {
        try (SyscallRecorder _ = attach(new Scope.Users(NOBODY), true)) {
            return Optional.empty();
        } catch (KernelException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    /// Begins to count.
    ///
    /// @param filteredOnly leaves out threads without a seccomp filter: of a container that has one, that is a
    ///     runtime on its way to the container's program
    /// @throws KernelException if the kernel refuses the program or does not describe itself
    public static SyscallRecorder attach(Scope scope, boolean filteredOnly) {
        RecordingProgram program = RecordingProgram.ofRunning();
        Fd map = createMap();
        try {
            return new SyscallRecorder(map, attach(program.instructions(scope, filteredOnly, map.number())));
        } catch (RuntimeException failure) {
            map.close();
            throw failure;
        }
    }

    private static Fd createMap() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            attributes.set(ValueLayout.JAVA_INT, 0, MAP_TYPE_ARRAY);
            attributes.set(ValueLayout.JAVA_INT, 4, Integer.BYTES);
            attributes.set(ValueLayout.JAVA_INT, 8, VALUE);
            attributes.set(ValueLayout.JAVA_INT, 12, 1);
            name(attributes, 28);
            return descriptor(MAP_CREATE, attributes, "bpf: make a map of counts");
        }
    }

    /// The tracepoint keeps the program; that keeps the map.
    private static Fd attach(byte[] instructions) {
        try (Arena arena = Arena.ofConfined();
                Fd program = load(arena, instructions)) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            attributes.set(
                    ValueLayout.JAVA_LONG, 0, arena.allocateFrom("sys_enter").address());
            attributes.set(ValueLayout.JAVA_INT, 8, program.number());
            return descriptor(RAW_TRACEPOINT_OPEN, attributes, "bpf: attach to raw tracepoint sys_enter");
        }
    }

    private static Fd load(Arena arena, byte[] instructions) {
        MemorySegment code = arena.allocate(instructions.length, 8);
        MemorySegment.copy(instructions, 0, code, ValueLayout.JAVA_BYTE, 0, instructions.length);
        MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
        attributes.set(ValueLayout.JAVA_INT, 0, PROG_TYPE_RAW_TRACEPOINT);
        attributes.set(ValueLayout.JAVA_INT, 4, instructions.length / INSTRUCTION);
        attributes.set(ValueLayout.JAVA_LONG, 8, code.address());
        attributes.set(ValueLayout.JAVA_LONG, 16, arena.allocateFrom(LICENSE).address());
        name(attributes, 48);
        return descriptor(PROG_LOAD, attributes, "bpf: load the recording program");
    }

    private static void name(MemorySegment attributes, int offset) {
        byte[] name = NAME.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(name, 0, attributes, ValueLayout.JAVA_BYTE, offset, name.length);
    }

    private static Fd descriptor(int command, MemorySegment attributes, String what) {
        return new Fd((int) Calls.check(call(command, attributes), what));
    }

    private static long call(int command, MemorySegment attributes) {
        return Calls.syscall(Sys.BPF, command, attributes.address(), ATTRIBUTES);
    }

    /// What was called since the beginning, in the order of tables and numbers. Calls made in this moment may be
    /// missing.
    public synchronized List<Count> counts() {
        if (closed) {
            throw new IllegalStateException("the recorder is closed");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment counts = arena.allocate(VALUE, 8);
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            attributes.set(ValueLayout.JAVA_INT, 0, map.number());
            attributes.set(
                    ValueLayout.JAVA_LONG,
                    8,
                    arena.allocateFrom(ValueLayout.JAVA_INT, 0).address());
            attributes.set(ValueLayout.JAVA_LONG, 16, counts.address());
            Calls.check(call(MAP_LOOKUP_ELEM, attributes), "bpf: read the counts");
            return list(counts);
        }
    }

    private static List<Count> list(MemorySegment counts) {
        List<SyscallTable> tables = SyscallTable.ofMachine(System.getProperty("os.arch"));
        var all = new ArrayList<Count>();
        for (int table = 0; table < tables.size(); table++) {
            for (int number = 0; number < RecordingProgram.NUMBERS; number++) {
                long calls = counts.getAtIndex(ValueLayout.JAVA_LONG, (long) table * RecordingProgram.NUMBERS + number);
                if (calls != 0) {
                    all.add(new Count(tables.get(table), number, calls));
                }
            }
        }
        return all;
    }

    /// Nothing is counted any more when this returns.
    @Override
    public synchronized void close() {
        closed = true;
        tracepoint.close();
        map.close();
    }
}
