package io.bulkhead.audit;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import java.util.Set;

/// The choke point: decides, writes the record, and only then hands out the proof. Every request and every process
/// the engine starts on its own goes through here.
public final class Gate {

    private final Authorizer authorizer;
    private final AuditLog log;

    public Gate(Authorizer authorizer, AuditLog log) {
        this.authorizer = authorizer;
        this.log = log;
    }

    /// @throws AccessDeniedException when refused; the refusal is on the record
    /// @throws AuditException when the record cannot be written: then nothing may happen
    public Allowed require(Caller caller, Operation operation, Target target, Set<Privilege> privileges) {
        Decision decision = authorizer.decide(caller, operation, target, privileges);
        log.append(caller, operation, target, privileges, decision);
        return switch (decision) {
            case Allowed allowed -> allowed;
            case Decision.Denied denied -> throw new AccessDeniedException(denied);
        };
    }

    /// Puts a refusal by somebody else, such as the kernel, on the record.
    ///
    /// @throws AuditException when it cannot be written
    public void recordRefusal(Caller caller, Operation operation, Target target, Decision.Denied refusal) {
        log.append(caller, operation, target, Set.of(), refusal);
    }

    /// For operations that ask for no privilege.
    public Allowed require(Caller caller, Operation operation, Target target) {
        return require(caller, operation, target, Set.of());
    }
}
