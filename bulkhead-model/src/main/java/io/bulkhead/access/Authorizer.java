package io.bulkhead.access;

import io.bulkhead.access.Decision.Denied;
import io.bulkhead.access.Decision.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The one place that decides, by the policy in force. Nothing is allowed that no role grants; the engine itself may
/// act on what an earlier caller was allowed to set up.
public final class Authorizer {

    private static final Set<Operation> FOR_EVERYBODY_WITH_A_ROLE =
            Set.of(Operation.SYSTEM_PING, Operation.SYSTEM_VERSION, Operation.ACCESS_SELF);

    private final Supplier<AccessPolicy> policy;

    /// @param policy the one in force, asked for at every decision
    public Authorizer(Supplier<AccessPolicy> policy) {
        this.policy = policy;
    }

    /// Root administers, and nobody else may do anything.
    public Authorizer() {
        this(() -> AccessPolicy.ROOT_ONLY);
    }

    /// Decides on resolved values. The same question under the same policy always gets the same answer.
    public Decision decide(Caller caller, Operation operation, Target target, Set<Privilege> privileges) {
        AccessPolicy current = policy.get();
        Decision decision = decide(current, caller, operation, target, privileges);
        return switch (decision) {
            case Denied denied
            when current.mode() == AccessPolicy.Mode.DRY_RUN && mayBeWaived(operation, denied.reason()) ->
                new Allowed(caller, operation, target, privileges, "dry run: " + denied.rule(), Optional.of(denied));
            case Denied denied -> denied;
            case Allowed allowed -> allowed;
        };
    }

    /// A dry run answers nothing that has no answer and serves nobody it does not know, and what it lets through
    /// must not outlive it as a token does.
    private static boolean mayBeWaived(Operation operation, Reason reason) {
        return reason != Reason.UNKNOWN_OPERATION
                && reason != Reason.NO_IDENTITY
                && operation != Operation.TOKEN_CREATE;
    }

    /// What a policy would decide, in force or not; no dry run changes it.
    public static Decision decide(
            AccessPolicy policy, Caller caller, Operation operation, Target target, Set<Privilege> privileges) {
        if (operation == Operation.UNKNOWN) {
            return new Denied(
                    Reason.UNKNOWN_OPERATION,
                    "default: a request that no route answers is refused",
                    "see the API reference for the routes there are");
        }
        if (caller instanceof Caller.Unidentified) {
            return new Denied(
                    Reason.NO_IDENTITY,
                    "default: no identity, no service",
                    "show a client certificate or a token; see docs/authentication.md");
        }
        if (caller instanceof Caller.Engine) {
            return allow(caller, operation, target, privileges, "default: the engine itself");
        }
        List<String> roles = policy.rolesOf(caller);
        if (roles.isEmpty()) {
            return new Denied(
                    Reason.NO_BINDING,
                    "default: no role is bound to " + caller.subject(),
                    "run the command as root, or have an administrator bind a role to you in roles.yaml");
        }
        if (FOR_EVERYBODY_WITH_A_ROLE.contains(operation)) {
            return allow(caller, operation, target, privileges, "default: everybody who has a role");
        }
        Decision decision = new Question(policy, caller, operation, target, privileges).answer(roles);
        return decision instanceof Allowed
                        && operation == Operation.TOKEN_CREATE
                        && !makesCallers(policy, caller, roles)
                ? new Denied(
                        Reason.PRIVILEGE,
                        "default: a token may be all that its role and its name are bound to, so only who may do "
                                + "everything makes one, and no token does",
                        "ask root, or somebody with the role admin and no line that denies anything")
                : decision;
    }

    /// Whoever makes a caller could be that caller. Comparing what the new one may with what its maker may would
    /// have to follow roles, names, owners and lines that deny through every later change of the file; who may do
    /// everything gains nothing. A token would outlive its own end by making another.
    private static boolean makesCallers(AccessPolicy policy, Caller caller, List<String> roles) {
        return !(caller instanceof Caller.Token)
                && roles.stream().flatMap(role -> policy.grants(role).stream()).noneMatch(Grant::denies)
                && roles.stream().anyMatch(role -> policy.grants(role).stream().anyMatch(Grant::isEverything));
    }

    private static Allowed allow(
            Caller caller, Operation operation, Target target, Set<Privilege> privileges, String rule) {
        return new Allowed(caller, operation, target, privileges, rule, Optional.empty());
    }

    /// What a caller may know of, by the policy in force now.
    public View view(Caller caller) {
        return new View(policy.get(), caller);
    }

    /// Which line of a caller's roles gives each privilege, if any does.
    public static Optional<String> granting(
            AccessPolicy policy, Caller caller, Operation operation, Target target, Privilege privilege) {
        return policy.rolesOf(caller).stream()
                .flatMap(role -> policy.grants(role, operation).stream())
                .filter(grant -> !grant.denies() && grant.isAbout(target, caller) && grant.covers(privilege))
                .map(Grant::rule)
                .findFirst();
    }

    /// One question to all roles of a caller.
    private record Question(
            AccessPolicy policy, Caller caller, Operation operation, Target target, Set<Privilege> privileges) {

        Decision answer(List<String> roles) {
            boolean known = false;
            @Nullable Fitting best = null;
            for (String role : roles) {
                var grants = new ArrayList<Grant>();
                for (Grant grant : policy.grants(role, operation)) {
                    known |= !grant.denies();
                    if (grant.isAbout(target, caller)) {
                        if (!grant.denies()) {
                            grants.add(grant);
                        } else if (grant.forbids(privileges)) {
                            // Whatever the other roles allow.
                            return forbidden(grant);
                        }
                    }
                }
                if (!grants.isEmpty()) {
                    var fitting = new Fitting(grants, missing(grants));
                    best = best == null || fitting.lacksLess(best) ? fitting : best;
                }
            }
            if (best != null) {
                return byRole(best);
            }
            return known ? outOfScope() : noGrant();
        }

        /// The lines of one role that are about the target, and what they lack together. Lines of several roles do
        /// not add up: nobody wrote down what that would allow.
        private record Fitting(List<Grant> grants, List<Privilege> missing) {

            boolean lacksLess(Fitting other) {
                return missing.size() < other.missing.size();
            }
        }

        private List<Privilege> missing(List<Grant> grants) {
            return privileges.stream()
                    .filter(privilege -> grants.stream().noneMatch(grant -> grant.covers(privilege)))
                    .toList();
        }

        private Decision byRole(Fitting fitting) {
            Grant first = fitting.grants().getFirst();
            if (fitting.missing().isEmpty()) {
                return allow(caller, operation, target, privileges, first.rule());
            }
            String lacking =
                    fitting.missing().stream().map(Privilege::spelling).sorted().collect(Collectors.joining(", "));
            return new Denied(
                    Reason.PRIVILEGE,
                    first.rule() + ": allows " + operation.spelling() + " but not " + lacking,
                    "ask for less, or have an administrator add `privileges: [" + lacking + "]` to the line");
        }

        private Denied forbidden(Grant grant) {
            return new Denied(
                    Reason.EXPLICIT_DENY,
                    grant.rule() + ": forbids " + operation.spelling(),
                    "an administrator can take that line out of the role");
        }

        private Denied outOfScope() {
            return new Denied(
                    Reason.OUT_OF_SCOPE,
                    "no role of " + caller.subject() + " allows " + operation.spelling() + " on this",
                    "an administrator can widen the line that has the operation, or bind another role");
        }

        private Denied noGrant() {
            return new Denied(
                    Reason.NO_GRANT,
                    "no role of " + caller.subject() + " allows " + operation.spelling(),
                    "an administrator can bind a role to you that has `operations: [" + operation.spelling() + "]`");
        }
    }
}
