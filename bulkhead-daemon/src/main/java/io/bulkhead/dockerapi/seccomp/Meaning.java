package io.bulkhead.dockerapi.seccomp;

import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.seccomp.PolicyException;
import java.util.function.Supplier;

/// What a policy comes to; one that means nothing is the caller's mistake.
final class Meaning {

    private Meaning() {}

    static <T> T of(Supplier<T> question) {
        try {
            return question.get();
        } catch (PolicyException wrong) {
            String hint = wrong.reason() == PolicyException.Reason.OTHER_ARCHITECTURE
                    ? " (Architecture, or --arch, asks about another table)"
                    : "";
            throw new EngineException(Reason.INVALID, wrong.getMessage() + hint, wrong);
        }
    }
}
