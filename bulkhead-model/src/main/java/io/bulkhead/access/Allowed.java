package io.bulkhead.access;

import java.util.Optional;
import java.util.Set;

/// The proof that an operation was asked about and allowed. Only [Authorizer] makes one, so a method that takes it
/// cannot be called without the question having been asked. It names what was allowed; the engine checks that it is
/// used for that and nothing else with [#requireFor(Operation)].
public final class Allowed implements Decision {

    private final Caller caller;
    private final Operation operation;
    private final Target target;
    private final Set<Privilege> privileges;
    private final String rule;
    private final Optional<Decision.Denied> wouldBe;

    /// @param wouldBe the refusal that a dry run does not carry out
    Allowed(
            Caller caller,
            Operation operation,
            Target target,
            Set<Privilege> privileges,
            String rule,
            Optional<Decision.Denied> wouldBe) {
        this.wouldBe = wouldBe;
        this.caller = caller;
        this.operation = operation;
        this.target = target;
        this.privileges = Set.copyOf(privileges);
        this.rule = rule;
    }

    /// The refusal that this would be if roles were enforced.
    public Optional<Decision.Denied> wouldBe() {
        return wouldBe;
    }

    public Caller caller() {
        return caller;
    }

    public Operation operation() {
        return operation;
    }

    public Target target() {
        return target;
    }

    public Set<Privilege> privileges() {
        return privileges;
    }

    /// The rule that allowed it, for the audit record.
    public String rule() {
        return rule;
    }

    /// Refuses to be used for another operation than the one decided.
    ///
    /// @throws IllegalStateException a mistake of the engine's own code
    public void requireFor(Operation wanted) {
        if (operation != wanted) {
            throw new IllegalStateException(
                    "a permission for " + operation.spelling() + " was used for " + wanted.spelling());
        }
    }
}
