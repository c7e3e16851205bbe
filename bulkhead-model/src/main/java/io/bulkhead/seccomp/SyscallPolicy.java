package io.bulkhead.seccomp;

/// What the user wrote about system calls: a base profile and, later, rules over it.
public record SyscallPolicy(Base base) {

    /// Where a policy starts.
    public sealed interface Base {

        /// Bulkhead's own default: an allowlist for the native architecture only.
        record Default() implements Base {}
    }

    public static SyscallPolicy defaultPolicy() {
        return new SyscallPolicy(new Base.Default());
    }
}
