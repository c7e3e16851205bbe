package io.bulkhead.access;

import java.util.Set;

/// The one place that decides. With no roles configured, uid 0 administers and nobody else may do anything; the engine
/// itself may act on what an earlier caller was allowed to set up.
public final class Authorizer {

    /// Decides on resolved values. The same question always gets the same answer.
    public Decision decide(Caller caller, Operation operation, Target target, Set<Privilege> privileges) {
        if (operation == Operation.UNKNOWN) {
            return new Decision.Denied(
                    Decision.Reason.UNKNOWN_OPERATION,
                    "default: a request that no route answers is refused",
                    "see the API reference for the routes there are");
        }
        return switch (caller) {
            case Caller.UnixUser user
            when user.uid() == 0 -> new Allowed(caller, operation, target, privileges, "default: root administers");
            case Caller.UnixUser user ->
                new Decision.Denied(
                        Decision.Reason.NO_BINDING,
                        "default: only root may use this engine, and uid " + user.uid() + " is not root",
                        "run the command as root");
            case Caller.Engine _ -> new Allowed(caller, operation, target, privileges, "default: the engine itself");
        };
    }
}
