package io.bulkhead.dockerapi.access;

import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.Allowed;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Principal;
import io.bulkhead.access.RolesException;
import io.bulkhead.access.Target;
import io.bulkhead.container.EngineException;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.json.RequestBody;
import io.bulkhead.dockerapi.json.StrictJson;
import io.bulkhead.roles.ExpectedDecisions;
import io.bulkhead.roles.Hypothesis;
import io.bulkhead.roles.RolesFile;
import io.bulkhead.roles.Somebody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Roles, and what they would decide. About oneself everybody who has a role may ask, about others it takes
/// `access.read`.
public final class AccessRoutes {

    private static final String ALL = "/bulkhead/v1/access";

    private final Backend backend;
    private final RolesFile roles;

    public AccessRoutes(Backend backend, RolesFile roles) {
        this.backend = backend;
        this.roles = roles;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", ALL + "/self", Operation.ACCESS_SELF, this::self),
                new Route("GET", ALL + "/roles", Operation.ACCESS_READ, this::roles),
                new Route("POST", ALL + "/can-i", Operation.ACCESS_SELF, this::canI),
                new Route("POST", ALL + "/who-can", Operation.ACCESS_READ, this::whoCan),
                new Route("POST", ALL + "/test", Operation.ACCESS_READ, this::test));
    }

    private void self(Call call) throws IOException {
        call.allow(Target.object("own roles"));
        AccessPolicy policy = roles.get();
        Caller caller = call.exchange().caller();
        Json.answer(
                call.exchange(),
                200,
                Json.object(
                        "Caller", caller.subject(),
                        "Mode", mode(policy),
                        "Roles",
                                policy.rolesOf(caller).stream()
                                        .map(role -> role(policy, role))
                                        .toList()));
    }

    private void roles(Call call) throws IOException {
        call.allow(Target.object("roles"));
        AccessPolicy policy = roles.get();
        Json.answer(
                call.exchange(),
                200,
                Json.object(
                        "File", roles.path().toString(),
                        "Exists", roles.exists(),
                        "Problem", roles.problem().orElse(""),
                        "Warnings", roles.warnings(),
                        "Mode", mode(policy),
                        "Roles",
                                policy.roleNames().stream()
                                        .sorted()
                                        .map(role -> boundRole(policy, role))
                                        .toList()));
    }

    private static String mode(AccessPolicy policy) {
        return switch (policy.mode()) {
            case ENFORCE -> "enforce";
            case DRY_RUN -> "dry-run";
        };
    }

    private static Map<String, @Nullable Object> role(AccessPolicy policy, String role) {
        return Json.object(
                "Name",
                role,
                "Lines",
                policy.lines(role).stream()
                        .map(line -> Json.object("Role", line.role(), "Line", line.line(), "Text", line.text()))
                        .toList());
    }

    private static Map<String, @Nullable Object> boundRole(AccessPolicy policy, String role) {
        var fields = role(policy, role);
        fields.put(
                "BoundTo",
                policy.boundTo(role).stream().map(Principal::spelling).sorted().toList());
        return fields;
    }

    /// @param as somebody else, as a binding has it
    /// @param owner who made what is asked about; `self` is who is asked about
    record Question(
            @Nullable String as,
            @Nullable List<String> groups,
            String operation,
            @Nullable String container,
            @Nullable String image,
            @Nullable String volume,
            @Nullable String network,
            @Nullable String owner,
            @Nullable List<String> privileges) {

        Hypothesis hypothesis() {
            return Hypothesis.of(
                    operation,
                    or(container),
                    or(image),
                    or(volume),
                    or(network),
                    or(owner),
                    privileges == null ? List.of() : privileges);
        }

        private static String or(@Nullable String text) {
            return text == null ? "" : text;
        }
    }

    private static Question question(Call call) throws IOException {
        return StrictJson.decode(RequestBody.json(call.exchange()), Question.class);
    }

    private void canI(Call call) throws IOException {
        Question question = question(call);
        Caller caller = call.exchange().caller();
        Hypothesis hypothesis = question.hypothesis();
        if (question.as() == null) {
            call.allow(Target.object("can-i " + question.operation()));
        } else {
            caller = Somebody.of(question.as(), question.groups() == null ? List.of() : question.groups());
            call.allowInstead(
                    Operation.ACCESS_READ, Target.object("can-i " + question.operation() + " as " + question.as()));
        }
        Decision decision = hypothesis.decide(roles.get(), caller, name -> found(call, name));
        var answer = Json.object("Caller", caller.subject(), "Operation", question.operation());
        answer.putAll(Decisions.fields(decision));
        Json.answer(call.exchange(), 200, answer);
    }

    /// Of what the caller may know of; what is not there is supposed to be as the question says.
    private Optional<Target> found(Call call, String container) {
        try {
            return Optional.of(
                    backend.containers().resolve(container, call::sees).spec().target());
        } catch (EngineException _) {
            return Optional.empty();
        }
    }

    private void whoCan(Call call) throws IOException {
        Question question = question(call);
        Hypothesis hypothesis = question.hypothesis();
        call.allow(Target.object("who-can " + question.operation()));
        AccessPolicy policy = roles.get();
        var found = new ArrayList<Map<String, @Nullable Object>>();
        for (Principal principal : policy.principals().stream()
                .sorted(Comparator.comparing(Principal::spelling))
                .toList()) {
            Caller caller = principal.caller();
            Decision decision = hypothesis.decide(policy, caller, name -> found(call, name));
            if (decision instanceof Allowed allowed) {
                found.add(Json.object("Subject", principal.spelling(), "Rule", allowed.rule()));
            }
        }
        Json.answer(call.exchange(), 200, found);
    }

    /// @param roles the text of a file of roles; without it the ones in force
    /// @param cases the text of a file of expected decisions
    record Trial(@Nullable String roles, String cases) {}

    private void test(Call call) throws IOException {
        Trial trial = StrictJson.decode(RequestBody.json(call.exchange()), Trial.class);
        call.allow(Target.object("test of roles"));
        AccessPolicy policy;
        List<ExpectedDecisions.Result> results;
        try {
            policy = trial.roles() == null ? roles.get() : RolesFile.parse(trial.roles());
        } catch (RolesException wrong) {
            throw new IllegalArgumentException("roles, line " + wrong.line() + ": " + wrong.getMessage(), wrong);
        }
        try {
            results = ExpectedDecisions.read(trial.cases()).against(policy);
        } catch (RolesException wrong) {
            throw new IllegalArgumentException("cases, line " + wrong.line() + ": " + wrong.getMessage(), wrong);
        }
        Json.answer(
                call.exchange(), 200, results.stream().map(AccessRoutes::result).toList());
    }

    private static Map<String, @Nullable Object> result(ExpectedDecisions.Result result) {
        var fields = Json.object(
                "Line",
                result.line(),
                "Case",
                result.text(),
                "Expected",
                result.expected() ? "allowed" : "refused",
                "Passed",
                result.expected() == result.decision() instanceof Allowed);
        fields.putAll(Decisions.fields(result.decision()));
        return fields;
    }
}
