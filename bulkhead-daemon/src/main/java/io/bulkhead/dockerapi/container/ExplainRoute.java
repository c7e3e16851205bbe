package io.bulkhead.dockerapi.container;

import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.container.Container;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.access.Decisions;
import io.bulkhead.roles.Somebody;
import io.bulkhead.spec.Privileges;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `POST /bulkhead/v1/access/explain`: what a request to make a container would ask for, and which line of a role
/// grants or lacks each part. The body is that of the request; nothing is made.
final class ExplainRoute {

    private final Creation creation;
    private final Supplier<AccessPolicy> policy;

    ExplainRoute(Creation creation, Supplier<AccessPolicy> policy) {
        this.creation = creation;
        this.policy = policy;
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/bulkhead/v1/access/explain", Operation.ACCESS_SELF, this::explain));
    }

    private void explain(Call call) throws IOException {
        Optional<String> as = Query.given(call.exchange(), "as");
        Caller caller = as.map(Somebody::of).orElseGet(call.exchange()::caller);
        Creation.Asked asked = Creation.Asked.of(call, caller);
        if (as.isPresent()) {
            call.allowInstead(Operation.ACCESS_READ, Target.object("explain as " + caller.subject()));
        } else {
            call.allow(Target.object("explain"));
        }
        Decision whole = decide(caller, Operation.CONTAINER_CREATE, asked.target(), Set.of());
        if (whole instanceof Decision.Denied && as.isEmpty()) {
            // What is there of images and paths is not told to whoever could not use it.
            Json.answer(call.exchange(), 200, answer(caller, asked.target(), whole, List.of(), List.of()));
            return;
        }
        Creation.Resolved resolved = creation.resolve(call, asked, as.isPresent() ? _ -> {} : look(asked));
        Target target = resolved.spec().target();
        Decision decision = decide(caller, Operation.CONTAINER_CREATE, target, resolved.privileges());
        Json.answer(
                call.exchange(),
                200,
                answer(
                        caller,
                        target,
                        decision,
                        privileges(caller, Operation.CONTAINER_CREATE, target, resolved.privileges()),
                        resolved.reached().stream()
                                .map(other -> reach(caller, other))
                                .toList()));
    }

    private java.util.function.Consumer<Privilege> look(Creation.Asked asked) {
        return privilege -> {
            if (decide(asked.caller(), Operation.CONTAINER_CREATE, asked.target(), Set.of(privilege))
                    instanceof Decision.Denied denied) {
                throw new IllegalArgumentException(
                        "access denied by role: " + denied.rule() + "; to lift it: " + denied.remedy());
            }
        };
    }

    private Decision decide(Caller caller, Operation operation, Target target, Set<Privilege> privileges) {
        return Authorizer.decide(policy.get(), caller, operation, target, privileges);
    }

    private Map<String, @Nullable Object> answer(
            Caller caller,
            Target target,
            Decision decision,
            List<Map<String, @Nullable Object>> privileges,
            List<Map<String, @Nullable Object>> reached) {
        var answer = Json.object(
                "Caller", caller.subject(),
                "Roles", policy.get().rolesOf(caller),
                "Operation", Operation.CONTAINER_CREATE.spelling(),
                "Image", target.image().orElse(""),
                "Privileges", privileges,
                "Reaches", reached);
        answer.putAll(Decisions.fields(decision));
        return answer;
    }

    /// Into another container, as an exec in that one.
    private Map<String, @Nullable Object> reach(Caller caller, Container other) {
        Target target = other.spec().target();
        Set<Privilege> asked = Privileges.of(other.spec());
        var fields = Json.object(
                "Container",
                other.spec().name().value(),
                "Privileges",
                privileges(caller, Operation.CONTAINER_EXEC, target, asked));
        fields.putAll(Decisions.fields(decide(caller, Operation.CONTAINER_EXEC, target, asked)));
        return fields;
    }

    private List<Map<String, @Nullable Object>> privileges(
            Caller caller, Operation operation, Target target, Set<Privilege> asked) {
        return asked.stream()
                .sorted(Comparator.comparing(Privilege::spelling))
                .map(privilege -> Json.object(
                        "Privilege",
                        privilege.spelling(),
                        "GrantedBy",
                        Authorizer.granting(policy.get(), caller, operation, target, privilege)
                                .orElse("")))
                .toList();
    }
}
