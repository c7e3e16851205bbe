package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.Target;
import io.bulkhead.spec.IsolationSpec;
import java.util.Set;

/// Says, of a start that the runtime gave up on, that the container's own policy may be the reason: runtimes only say
/// that a process of theirs ended.
final class PolicyHint {

    private PolicyHint() {}

    /// @param runtime `crun` or `runc`
    static RuntimeException added(RuntimeException failure, IsolationSpec isolation, String runtime) {
        if (!(failure instanceof EngineException engine) || engine.reason() != Reason.RUNTIME_FAILED) {
            return failure;
        }
        Set<String> refused = refused(isolation, runtime);
        return refused.isEmpty()
                ? failure
                : new EngineException(
                        engine.reason(),
                        engine.getMessage() + "; the container's system call policy refuses calls with which " + runtime
                                + " may start a program: " + String.join(" ", refused)
                                + " (`bulkhead denials` tells which were made; --security-opt seccomp:allow:NAME)",
                        engine);
    }

    private static Set<String> refused(IsolationSpec isolation, String runtime) {
        return switch (isolation.confinement()) {
            case Confinement.Unconfined _, Confinement.Canary _ -> Set.of();
            case Confinement.Filtered(var policy) -> {
                try {
                    yield ResolvedPolicy.of(
                                    policy, Target.of(System.getProperty("os.arch", ""), isolation.capabilities()))
                            .refusedToRuntime(runtime);
                } catch (PolicyException unusable) {
                    yield Set.of();
                }
            }
        };
    }
}
