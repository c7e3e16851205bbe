package io.bulkhead.dockerapi.seccomp;

import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.Target;
import java.util.Optional;

/// A policy that somebody may ask about.
sealed interface AskedPolicy {

    /// What it is called in answers.
    String name();

    Target target();

    /// There is a filter.
    ///
    /// @param canary whether it only watches
    record Filtered(String name, SyscallPolicy policy, Target target, boolean canary) implements AskedPolicy {

        ResolvedPolicy resolved() {
            return ResolvedPolicy.of(policy, target);
        }
    }

    /// There is none.
    record Unconfined(String name, Target target) implements AskedPolicy {}

    /// Whether what the policy refuses runs all the same.
    default boolean watchesOnly() {
        return switch (this) {
            case Filtered filtered -> filtered.canary;
            case Unconfined _ -> false;
        };
    }

    default Optional<ResolvedPolicy> resolvedIfAny() {
        return switch (this) {
            case Filtered filtered -> Optional.of(filtered.resolved());
            case Unconfined _ -> Optional.empty();
        };
    }

    /// @throws EngineException INVALID for one without a filter
    default ResolvedPolicy resolved(String purpose) {
        return resolvedIfAny()
                .orElseThrow(() -> new EngineException(
                        Reason.INVALID,
                        name() + " is unconfined: every system call reaches the kernel, and there is no filter to "
                                + purpose));
    }
}
