package io.bulkhead.dockerapi;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.access.View;
import io.bulkhead.audit.AccessDeniedException;
import io.bulkhead.audit.Asked;
import io.bulkhead.audit.Gate;
import io.bulkhead.http.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One API request on its way through a route: the exchange, what the path says, and the question "may they?".
///
/// A route resolves what the request is about and then asks [#allow] once, before it shows or changes anything. A
/// request that fails before it asked is put to the gate by the [Router] all the same, so a caller who may do nothing
/// learns nothing and every request is on the record.
public final class Call {

    private final Exchange raw;
    private final GuardedExchange exchange;
    private final ApiVersion version;
    private final Map<String, String> pathParameters;
    private final Operation operation;
    private final Gate gate;
    private final List<Asked> admitted = new ArrayList<>();
    private @Nullable View view;
    private boolean asked;

    Call(Exchange exchange, ApiVersion version, Map<String, String> pathParameters, Operation operation, Gate gate) {
        this.raw = exchange;
        this.exchange = new GuardedExchange(exchange);
        this.version = version;
        this.pathParameters = Map.copyOf(pathParameters);
        this.operation = operation;
        this.gate = gate;
    }

    /// The exchange; it gives no answer before [#allow] returned.
    public Exchange exchange() {
        return exchange;
    }

    public ApiVersion version() {
        return version;
    }

    /// A decoded `{name}` part of the route's pattern.
    public String path(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /// The operation the route was registered with.
    public Operation operation() {
        return operation;
    }

    /// Asks the gate.
    ///
    /// @throws io.bulkhead.audit.AccessDeniedException when refused
    public Allowed allow(Target target, Set<Privilege> privileges) {
        return admitted(operation, target, privileges);
    }

    private Allowed admitted(Operation what, Target target, Set<Privilege> privileges) {
        Allowed allowed = judged(what, target, privileges);
        exchange.allow();
        return allowed;
    }

    /// For the [Router], for a request that failed before it asked: no answer of a route's may follow.
    Allowed judged(Operation what, Target target, Set<Privilege> privileges) {
        asked = true;
        Asked question = gate.ask(exchange.caller(), what, target, privileges);
        admitted.add(question);
        return question.allowed();
    }

    /// Records how it ended.
    ///
    /// @param failed the status and the word of a failure that the [Router] told, if there was one
    void ended(Optional<Integer> failed, Optional<String> error) {
        OptionalInt status = failed.isPresent() ? OptionalInt.of(failed.get()) : exchange.status();
        Optional<String> word = error.or(exchange::failure)
                .or(() -> status.isPresent() && status.getAsInt() >= 400
                        ? Optional.of(ErrorWord.of(status.getAsInt()))
                        : Optional.empty());
        admitted.forEach(question -> question.ended(status, word));
        admitted.clear();
    }

    /// As [#allow(Target, Set)], for a route that does two things: `POST /images/create` pulls or imports.
    public Allowed allowInstead(Operation other, Target target) {
        return admitted(other, target, Set.of());
    }

    /// For what a request does besides: it takes a right of its own, and answers nothing yet.
    public void allowToo(Operation other, Target target, Set<Privilege> privileges) {
        Allowed _ = judged(other, target, privileges);
    }

    /// As [#allow(Target, Set)] for what asks for no privilege.
    public Allowed allow(Target target) {
        return allow(target, Set.of());
    }

    /// One policy for the whole call, however long it is.
    private View view() {
        if (view == null) {
            view = gate.view(exchange.caller());
        }
        return view;
    }

    /// Whether this caller may know that something is there.
    public boolean sees(Target target) {
        return view().sees(target);
    }

    /// As [#sees(Target)] by the roles in force at this moment: for a call that goes on.
    public boolean seesNow(Target target) {
        return gate.view(exchange.caller()).sees(target);
    }

    /// Whether something belongs in the list this call asks for.
    public boolean lists(Target item) {
        return lists(operation, item);
    }

    /// As [#lists(Target)], for a list that has several kinds of things.
    public boolean lists(Operation other, Target item) {
        return view().lists(other, item);
    }

    /// As [#allow(Target, Set)] where it would be refused, and nothing at all where it would not: for what is asked in
    /// parts and allowed as a whole.
    public void requireAllowable(Target target, Set<Privilege> privileges) {
        if (!view().allows(operation, target, privileges)) {
            Allowed _ = allow(target, privileges);
        }
    }

    /// For what is there and is not for this caller: the refusal goes on the record, and `absent` is what they hear,
    /// unless no role of theirs has the operation at all.
    ///
    /// @throws io.bulkhead.audit.AccessDeniedException when they may not do this to anything
    public RuntimeException hidden(Target target, RuntimeException absent) {
        try {
            Allowed _ = judged(operation, target, Set.of());
        } catch (AccessDeniedException denied) {
            if (denied.denied().reason() != Decision.Reason.OUT_OF_SCOPE) {
                throw denied;
            }
        }
        return absent;
    }

    boolean asked() {
        return asked;
    }

    boolean answerBegun() {
        return exchange.begun();
    }

    /// For the [Router], to tell failures.
    Exchange rawExchange() {
        return raw;
    }
}
