package io.bulkhead.audit;

import io.bulkhead.access.Decision;

/// A refusal by the gate; it is already on the record when this is thrown.
public final class AccessDeniedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Decision.Denied denied;

    AccessDeniedException(Decision.Denied denied) {
        super("access denied by role: " + denied.rule() + "; to lift it: " + denied.remedy());
        this.denied = denied;
    }

    public Decision.Denied denied() {
        return denied;
    }
}
