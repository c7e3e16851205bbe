package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// A process that does nothing, in a new user namespace so that there is one to write maps to, or in a new network
/// namespace.
///
/// It shares the JVM's memory (CLONE_VM) because copying the page tables of a JVM takes longer than all the rest.
/// That is safe as long as it never runs any code of ours: its function is libc's `syscall`, its argument the number
/// of pause(2), its stack its own, and it never returns from that call. A signal handler is code of ours too, so all
/// signals that come from outside are blocked from before its birth; nothing but SIGKILL reaches it.
final class PausedProcess implements AutoCloseable {

    private static final int STACK = 16 * 1024;
    private static final long CLONE_VM = 0x100;
    private static final long CLONE_NEWUSER = 0x1000_0000;
    private static final long CLONE_NEWNET = 0x4000_0000;
    private static final int SIGCHLD = 17;
    private static final int SIGKILL = 9;
    private static final int SIG_SETMASK = 2;
    private static final int SIGNAL_SET = 8;
    private static final int PTRACE_SEIZE = 0x4206;
    private static final int PTRACE_O_EXITKILL = 0x0010_0000;

    /// The signals a thread gets for what it does itself stay open: the JVM stops its threads with SIGSEGV, and
    /// blocking that would be its end. SIGILL 4, SIGTRAP 5, SIGBUS 7, SIGFPE 8, SIGSEGV 11.
    private static final long FROM_OUTSIDE = ~(1L << 3 | 1L << 4 | 1L << 6 | 1L << 7 | 1L << 10);

    private static final MemorySegment CLONE = Calls.function("clone");
    private static final MemorySegment SYSCALL = Calls.function("syscall");

    private final int pid;

    private PausedProcess(int pid) {
        this.pid = pid;
    }

    /// @param stack memory for its stack, to be freed only after [#close]
    static PausedProcess start(Arena stack, boolean withNetwork) {
        return startIn(stack, CLONE_NEWUSER | (withNetwork ? CLONE_NEWNET : 0));
    }

    /// In the host's user namespace, with a network namespace of its own.
    static PausedProcess startWithNetworkOnly(Arena stack) {
        return startIn(stack, CLONE_NEWNET);
    }

    private static PausedProcess startIn(Arena stack, long namespaces) {
        int pause = Sys.pauseNumber();
        long top = stack.allocate(STACK, 16).address() + STACK;
        int pid = cloneWithSignalsBlocked(top, CLONE_VM | SIGCHLD | namespaces, pause);
        // Should the JVM be killed right now, the kernel kills this process with it. Without the right to trace it
        // would stay.
        long _ = Calls.syscall(Sys.PTRACE, PTRACE_SEIZE, pid, 0, PTRACE_O_EXITKILL);
        return new PausedProcess(pid);
    }

    /// Between the two mask changes nothing may block, or a virtual thread could go on on another carrier.
    private static int cloneWithSignalsBlocked(long stackTop, long flags, int pause) {
        Calls.Result cloned;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment blocked = arena.allocateFrom(ValueLayout.JAVA_LONG, FROM_OUTSIDE);
            MemorySegment before = arena.allocate(ValueLayout.JAVA_LONG);
            long result =
                    Calls.syscall(Sys.RT_SIGPROCMASK, SIG_SETMASK, blocked.address(), before.address(), SIGNAL_SET);
            Calls.check(result, "sigprocmask");
            try {
                cloned = Calls.call(CLONE, SYSCALL.address(), stackTop, flags, pause, 0, 0, 0);
            } finally {
                long _ = Calls.syscall(Sys.RT_SIGPROCMASK, SIG_SETMASK, before.address(), 0, SIGNAL_SET);
            }
        }
        int pid = (int) cloned.value();
        if (pid < 0) {
            throw new KernelException("clone into a new user namespace", cloned.errno());
        }
        return pid;
    }

    /// The kernel takes a map in one write only.
    void write(String map, String text) {
        try (Arena arena = Arena.ofConfined();
                Fd file = Opening.plain(Path.of("/proc/" + pid + "/" + map), Sys.O_WRONLY)) {
            byte[] bytes = FileNames.encode(text);
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            long written = Calls.syscall(Sys.WRITE, file.number(), copy.address(), bytes.length);
            Calls.check(written, "write " + map + " (" + FileNames.printable(text.strip()) + ")");
        }
    }

    Fd namespace(String kind) {
        return Namespaces.ofProcess(pid, kind);
    }

    @Override
    public void close() {
        Calls.check(Calls.syscall(Sys.KILL, pid, SIGKILL), "kill");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            long waited;
            // A traced process may report a stop before its end.
            do {
                waited = Calls.restarting(Sys.WAIT4, pid, status.address(), 0, 0);
            } while (waited == pid && (status.get(ValueLayout.JAVA_INT, 0) & 0xFF) == 0x7F);
            Calls.check(waited, "wait4");
        }
    }
}
