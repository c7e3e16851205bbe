package io.bulkhead.seccomp;

import java.util.List;
import java.util.Optional;

/// The resolved OCI `linux.seccomp` object (OCI runtime 1.2, config-linux.md "Seccomp"). Always has rules: an empty
/// profile is not a profile.
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
        if (defaultAction == Action.SCMP_ACT_ALLOW) {
            throw new IllegalArgumentException("a seccomp profile is an allowlist: its default action refuses");
        }
    }

    /// The actions the engine uses, by libseccomp's names.
    public enum Action {
        SCMP_ACT_ALLOW,
        SCMP_ACT_ERRNO,
        SCMP_ACT_KILL_PROCESS,
        SCMP_ACT_LOG,
        SCMP_ACT_TRAP
    }

    /// One entry of `syscalls`.
    public record Rule(List<String> names, Action action, Optional<Integer> errnoRet, List<Argument> args) {
        public Rule {
            names = List.copyOf(names);
            args = List.copyOf(args);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("a seccomp rule names at least one call");
            }
        }
    }

    /// A condition on one argument; all conditions of a rule must hold.
    public record Argument(int index, long value, long valueTwo, Operator op) {}

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
