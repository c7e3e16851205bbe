package io.bulkhead.seccomp;

/// How a container's system calls are limited. There is no "unset": somebody chose one of these.
public sealed interface Confinement {

    /// The filter a policy resolves to.
    record Filtered(SyscallPolicy policy) implements Confinement {}

    /// A trial: the policy refuses nothing, and what it would refuse runs and is recorded. Asked for by name, by a
    /// caller who may do without a filter. See [ResolvedPolicy#canary].
    record Canary(SyscallPolicy policy) implements Confinement {}

    /// No filter at all. Asked for by name, by a caller allowed to; never the result of a missing file or feature.
    record Unconfined() implements Confinement {}

    static Confinement defaultConfinement() {
        return new Filtered(SyscallPolicy.defaultPolicy());
    }
}
