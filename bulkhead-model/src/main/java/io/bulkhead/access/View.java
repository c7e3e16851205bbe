package io.bulkhead.access;

import java.util.List;
import java.util.Set;

/// What one caller may know of, under one policy: for choosing among many things. Nothing is done on its word.
public final class View {

    private final AccessPolicy policy;
    private final Caller caller;
    private final boolean unlimited;
    private final List<Grant> grants;

    View(AccessPolicy policy, Caller caller) {
        this.policy = policy;
        this.caller = caller;
        this.unlimited = policy.mode() == AccessPolicy.Mode.DRY_RUN || caller instanceof Caller.Engine;
        this.grants = policy.rolesOf(caller).stream()
                .flatMap(role -> policy.grants(role).stream())
                .filter(grant -> !grant.denies())
                .toList();
    }

    /// Whether the caller may know that something is there: those do who may do anything with it. For all others it
    /// does not exist.
    public boolean sees(Target target) {
        return unlimited || grants.stream().anyMatch(grant -> grant.concerns(target) && grant.isAbout(target, caller));
    }

    /// Whether something belongs in the list that a caller asks for.
    ///
    /// @param operation what is asked of each item, such as `container.list`
    public boolean lists(Operation operation, Target item) {
        return allows(operation, item, Set.of());
    }

    /// Whether the caller's roles would allow something.
    public boolean allows(Operation operation, Target target, Set<Privilege> privileges) {
        return unlimited || Authorizer.decide(policy, caller, operation, target, privileges) instanceof Allowed;
    }
}
