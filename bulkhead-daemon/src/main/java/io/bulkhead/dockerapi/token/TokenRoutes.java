package io.bulkhead.dockerapi.token;

import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.authn.AuthnException;
import io.bulkhead.authn.AuthnException.Reason;
import io.bulkhead.authn.Token;
import io.bulkhead.authn.Tokens;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.json.RequestBody;
import io.bulkhead.dockerapi.json.StrictJson;
import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes, lists and revokes tokens. Who may make one is the [io.bulkhead.access.Authorizer]'s rule.
public final class TokenRoutes {

    private static final String ALL = "/bulkhead/v1/tokens";

    private final Tokens tokens;
    private final Supplier<AccessPolicy> policy;
    private final Clock clock;

    private TokenRoutes(Tokens tokens, Supplier<AccessPolicy> policy, Clock clock) {
        this.tokens = tokens;
        this.policy = policy;
        this.clock = clock;
    }

    /// @param policy the one in force, whose roles there are
    public static List<Route> of(Tokens tokens, Supplier<AccessPolicy> policy, Clock clock) {
        var routes = new TokenRoutes(tokens, policy, clock);
        return List.of(
                new Route("POST", ALL, Operation.TOKEN_CREATE, routes::create),
                new Route("GET", ALL, Operation.TOKEN_LIST, routes::list),
                new Route("DELETE", ALL + "/{name}", Operation.TOKEN_REVOKE, routes::revoke));
    }

    /// @param expires as [Expiry] reads it
    record CreateRequest(
            @Nullable String name,
            @Nullable String role,
            @Nullable String expires) {}

    private void create(Call call) throws IOException {
        CreateRequest request = StrictJson.decode(RequestBody.json(call.exchange()), CreateRequest.class);
        String name = given("Name", request.name);
        String role = given("Role", request.role);
        call.allow(Target.object("token:" + Names.shown(name) + " role:" + Names.shown(role)));
        if (!policy.get().roleNames().contains(role)) {
            throw new AuthnException(
                    Reason.INVALID,
                    "Role: there is no role `" + Names.shown(role) + "`"
                            + Nearest.hint(role, policy.get().roleNames()));
        }
        Optional<Instant> expires = Expiry.of(request.expires, clock.instant().truncatedTo(ChronoUnit.SECONDS));
        Tokens.Made made = tokens.create(name, role, call.exchange().caller().subject(), expires);
        Map<String, @Nullable Object> answer = fields(made.token());
        answer.put("Token", made.secret().reveal());
        call.exchange().setHeader("Cache-Control", "no-store");
        Json.answer(call.exchange(), 201, answer);
    }

    private static String given(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new AuthnException(Reason.INVALID, field + ": a token has one");
        }
        return value;
    }

    private void list(Call call) throws IOException {
        boolean all = Query.flag(call.exchange(), "all");
        call.allow(Target.object("tokens"));
        Instant now = clock.instant();
        Json.answer(
                call.exchange(),
                200,
                tokens.all().stream()
                        .filter(token -> all || token.live(now))
                        .map(TokenRoutes::fields)
                        .toList());
    }

    private static Map<String, @Nullable Object> fields(Token token) {
        return Json.object(
                "Id", token.id(),
                "Name", token.name(),
                "Role", token.role(),
                "Creator", token.creator(),
                "Created", token.created().toString(),
                "Expires", token.expires().map(Instant::toString).orElse(""),
                "Revoked", token.revoked().map(Instant::toString).orElse(""),
                "LastUsed", token.lastUsed().map(Instant::toString).orElse(""));
    }

    private void revoke(Call call) throws IOException {
        String name = call.path("name");
        call.allow(Target.object("token:" + Names.shown(name)));
        Token revoked = tokens.revoke(name);
        Json.answer(call.exchange(), 200, fields(revoked));
    }
}
