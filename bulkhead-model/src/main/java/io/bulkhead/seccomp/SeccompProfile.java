package io.bulkhead.seccomp;

import java.util.List;
import java.util.Optional;

/// The resolved OCI `linux.seccomp` object (OCI runtime 1.2, config-linux.md "Seccomp"). Always has rules: an empty
/// profile is not a profile.
///
/// @param defaultErrnoRet for a default action that takes one
/// @param architectures by OCI's names; the first is the machine's own
public record SeccompProfile(
        Action defaultAction,
        Optional<Integer> defaultErrnoRet,
        List<String> architectures,
        List<String> flags,
        List<Rule> syscalls) {

    public SeccompProfile {
        architectures = List.copyOf(architectures);
        flags = List.copyOf(flags);
        syscalls = List.copyOf(syscalls);
        if (architectures.isEmpty() || syscalls.isEmpty()) {
            throw new IllegalArgumentException("a seccomp profile names at least one architecture and one rule");
        }
    }

    /// The actions the engine uses, by libseccomp's names. There is none that asks another process.
    public enum Action {
        /// The old name of KILL_THREAD.
        SCMP_ACT_KILL,
        SCMP_ACT_KILL_THREAD,
        SCMP_ACT_KILL_PROCESS,
        SCMP_ACT_TRAP,
        SCMP_ACT_ERRNO,
        /// A tracer decides, which the container's own processes may be.
        SCMP_ACT_TRACE,
        SCMP_ACT_LOG,
        SCMP_ACT_ALLOW;

        /// Whether the call may run.
        public boolean mayReachKernel() {
            return switch (this) {
                case SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_TRACE -> true;
                case SCMP_ACT_KILL, SCMP_ACT_KILL_THREAD, SCMP_ACT_KILL_PROCESS, SCMP_ACT_TRAP, SCMP_ACT_ERRNO -> false;
            };
        }

        /// Whether `errnoRet` means something with it.
        public boolean hasErrno() {
            return this == SCMP_ACT_ERRNO || this == SCMP_ACT_TRACE;
        }
    }

    /// One entry of `syscalls`.
    ///
    /// @param origin what decided it, for people: an option, or the place in a file; not part of OCI's object
    public record Rule(
            List<String> names, Action action, Optional<Integer> errnoRet, List<Argument> args, String origin) {
        public Rule {
            names = List.copyOf(names);
            args = List.copyOf(args);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("a seccomp rule names at least one call");
            }
        }
    }

    /// A condition on one argument; all conditions of a rule must hold.
    ///
    /// @param value for MASKED_EQ the mask
    /// @param valueTwo for MASKED_EQ what the masked argument has to be
    public record Argument(int index, long value, long valueTwo, Operator op) {
        public Argument {
            if (index < 0 || index >= SeccompData.ARGUMENTS) {
                throw new IllegalArgumentException("a call has no argument " + index);
            }
        }

        /// Whether an argument, 64 bits wide, fulfils it.
        public boolean holds(long argument) {
            int compared = Long.compareUnsigned(argument, value);
            return switch (op) {
                case SCMP_CMP_NE -> compared != 0;
                case SCMP_CMP_LT -> compared < 0;
                case SCMP_CMP_LE -> compared <= 0;
                case SCMP_CMP_EQ -> compared == 0;
                case SCMP_CMP_GE -> compared >= 0;
                case SCMP_CMP_GT -> compared > 0;
                case SCMP_CMP_MASKED_EQ -> (argument & value) == valueTwo;
            };
        }

        /// What libseccomp makes of it for a table whose arguments have 32 bits: it drops the upper half of the values.
        Argument narrowed() {
            return new Argument(index, value & 0xFFFF_FFFFL, valueTwo & 0xFFFF_FFFFL, op);
        }

        /// For people, for example `arg0 == 2`.
        public String spelling() {
            String left = "arg" + index;
            String right = "0x" + Long.toHexString(value);
            return switch (op) {
                case SCMP_CMP_NE -> left + " != " + right;
                case SCMP_CMP_LT -> left + " < " + right;
                case SCMP_CMP_LE -> left + " <= " + right;
                case SCMP_CMP_EQ -> left + " == " + right;
                case SCMP_CMP_GE -> left + " >= " + right;
                case SCMP_CMP_GT -> left + " > " + right;
                case SCMP_CMP_MASKED_EQ -> "(" + left + " & " + right + ") == 0x" + Long.toHexString(valueTwo);
            };
        }
    }

    public enum Operator {
        SCMP_CMP_NE,
        SCMP_CMP_LT,
        SCMP_CMP_LE,
        SCMP_CMP_EQ,
        SCMP_CMP_GE,
        SCMP_CMP_GT,
        SCMP_CMP_MASKED_EQ
    }
}
