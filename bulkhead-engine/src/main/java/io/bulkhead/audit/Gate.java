package io.bulkhead.audit;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.access.View;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/// The choke point: decides, writes the record, and only then hands out the proof. Every request and every process
/// the engine starts on its own goes through here.
public final class Gate {

    private final Authorizer authorizer;
    private final AuditLog log;

    public Gate(Authorizer authorizer, AuditLog log) {
        this.authorizer = authorizer;
        this.log = log;
    }

    /// Whoever asks says afterwards how it ended.
    ///
    /// @throws AccessDeniedException when refused; the refusal is on the record
    /// @throws AuditException when the record cannot be written: then nothing may happen
    public Asked ask(Caller caller, Operation operation, Target target, Set<Privilege> privileges) {
        Decision decision = authorizer.decide(caller, operation, target, privileges);
        long number = log.append(caller, operation, target, privileges, decision);
        return switch (decision) {
            case Allowed allowed -> new Asked(allowed, log, number);
            case Decision.Denied denied -> throw new AccessDeniedException(denied);
        };
    }

    /// As [#ask], for what is over once it is allowed, or whose end is told in another way.
    public Allowed require(Caller caller, Operation operation, Target target, Set<Privilege> privileges) {
        return ask(caller, operation, target, privileges).allowed();
    }

    /// What a caller may know of. Nothing is recorded: looking is no question of theirs.
    public View view(Caller caller) {
        return authorizer.view(caller);
    }

    /// For operations that ask for no privilege.
    public Allowed require(Caller caller, Operation operation, Target target) {
        return require(caller, operation, target, Set.of());
    }

    /// For what the engine does on its own: asks, does it, and records how it ended.
    ///
    /// @throws AccessDeniedException when refused
    /// @throws AuditException when the record cannot be written: then nothing was done
    public void during(
            Caller caller, Operation operation, Target target, Set<Privilege> privileges, Consumer<Allowed> action) {
        Asked asked = ask(caller, operation, target, privileges);
        Optional<String> error = Optional.of("failed");
        try {
            action.accept(asked.allowed());
            error = Optional.empty();
        } finally {
            asked.ended(OptionalInt.empty(), error);
        }
    }

    /// Puts a refusal by somebody else, such as the kernel, on the record.
    ///
    /// @throws AuditException when it cannot be written
    public void recordRefusal(Caller caller, Operation operation, Target target, Decision.Denied refusal) {
        long _ = log.append(caller, operation, target, Set.of(), refusal);
    }
}
