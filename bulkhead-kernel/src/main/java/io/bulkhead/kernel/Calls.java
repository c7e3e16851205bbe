package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The raw calls into the C library.
///
/// Every call goes through one method handle of one shape, seven machine words in and one out: the linker then has to
/// make only one adapter, which is most of what a native call costs at start-up. Both calling conventions (System V
/// x86-64, AAPCS64) let a function ignore argument registers it does not use.
///
/// A native call pins a virtual thread to its carrier. That is fine for calls that return at once; the few that block
/// say so.
final class Calls {

    private static final int ARGUMENTS = 7;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD, WORD, WORD),
            Linker.Option.captureCallState("errno"));
    private static final MemorySegment SYSCALL = function("syscall");

    private Calls() {}

    /// The address of a function of the C library.
    static MemorySegment function(String name) {
        return LINKER.defaultLookup().findOrThrow(name);
    }

    /// What a function returned and the errno it left.
    record Result(long value, int errno) {}

    /// Calls a C function whose arguments are integers or pointers. An `int` result is the low half of the value.
    static Result call(MemorySegment function, long... arguments) {
        if (arguments.length > ARGUMENTS) {
            throw new IllegalArgumentException(arguments.length + " arguments, at most " + ARGUMENTS);
        }
        long[] a = java.util.Arrays.copyOf(arguments, ARGUMENTS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long value = (long) CALL.invokeExact(function, state, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
            return new Result(value, (int) ERRNO.get(state, 0L));
        } catch (Throwable failure) {
            throw new AssertionError("the C library cannot be called", failure);
        }
    }

    /// A system call as the kernel itself answers: the result, or minus the errno.
    static long syscall(int number, long... arguments) {
        long[] words = new long[arguments.length + 1];
        words[0] = number;
        System.arraycopy(arguments, 0, words, 1, arguments.length);
        Result result = call(SYSCALL, words);
        return result.value == -1 ? -result.errno : result.value;
    }

    /// Memory for [#syscall(MemorySegment, int, long, long, long, long, long)], for one thread at a time.
    static MemorySegment state(Arena arena) {
        return arena.allocate(STATE);
    }

    /// As [#syscall], without an allocation: for calls that are made hundreds of thousands of times.
    static long syscall(MemorySegment state, int number, long a, long b, long c, long d, long e) {
        try {
            long value = (long) CALL.invokeExact(SYSCALL, state, (long) number, a, b, c, d, e, 0L);
            return value == -1 ? -(int) ERRNO.get(state, 0L) : value;
        } catch (Throwable failure) {
            throw new AssertionError("the C library cannot be called", failure);
        }
    }

    /// As [#syscall], begun again when a signal interrupted it.
    static long restarting(int number, long... arguments) {
        long result;
        do {
            result = syscall(number, arguments);
        } while (result == -Errno.EINTR);
        return result;
    }

    /// @throws KernelException if `result` is an errno
    static long check(long result, String what) {
        if (result < 0) {
            throw new KernelException(what, (int) -result);
        }
        return result;
    }

    /// @throws KernelException if `result` is an errno; the subject is escaped, since it may be a hostile name
    static long check(long result, String call, String subject) {
        return result < 0 ? check(result, call + " " + FileNames.printable(subject)) : result;
    }

    /// A NUL-terminated copy of `text`.
    /// @throws KernelException (EINVAL) if it has a NUL itself, which C would take for its end
    static MemorySegment text(Arena arena, String text) {
        byte[] bytes = FileNames.encode(text);
        for (byte each : bytes) {
            if (each == 0) {
                throw new KernelException("the name " + FileNames.printable(text) + " has a NUL in it", Errno.EINVAL);
            }
        }
        MemorySegment copy = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    /// close(2). Errors are not reported: on Linux the descriptor is gone either way.
    static void close(int descriptor) {
        long _ = syscall(Sys.CLOSE, descriptor);
    }
}
