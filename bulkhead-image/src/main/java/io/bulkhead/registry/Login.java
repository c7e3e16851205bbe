package io.bulkhead.registry;

import io.bulkhead.image.ImageException;
import io.bulkhead.image.Images.Credentials;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// What is sent as `Authorization` to the registry of one purpose, and only there. It starts out empty: nothing is sent
/// before the registry asks.
final class Login {

    private static final String CLIENT = "bulkhead";
    private static final int LONGEST_TOKEN = 32_768;
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

    private final Purpose purpose;
    private final Secrets secrets;
    private final Failures failures;

    Login(Purpose purpose, Secrets secrets, Failures failures) {
        this.purpose = purpose;
        this.secrets = secrets;
        this.failures = failures;
    }

    Optional<String> header() {
        return secrets.authorization();
    }

    /// Answers the registry's 401.
    /// @param fetch sends a request for a token, without any other credentials, and returns the body of its answer
    void answer(List<String> headers, Function<HttpRequest.Builder, byte[]> fetch) {
        List<Challenge> challenges = Challenge.parse(headers);
        Optional<Challenge> bearer = first(challenges, "bearer");
        if (bearer.isPresent()) {
            secrets.authorize("Bearer " + token(bearer.get(), fetch));
            return;
        }
        if (first(challenges, "basic").isEmpty() || !(secrets.credentials() instanceof Credentials.Basic basic)) {
            throw failures.denied("unauthorized: authentication required");
        }
        String value = Secrets.basic(basic);
        if (header().equals(Optional.of(value))) {
            throw failures.denied("unauthorized: incorrect username or password");
        }
        secrets.authorize(value);
    }

    private static Optional<Challenge> first(List<Challenge> challenges, String scheme) {
        return challenges.stream().filter(c -> c.scheme().equals(scheme)).findFirst();
    }

    private String token(Challenge challenge, Function<HttpRequest.Builder, byte[]> fetch) {
        URI realm = realm(challenge);
        String service = challenge.parameter("service").orElse("");
        String token = failures.tokenIn(fetch.apply(request(realm, service)));
        if (token.length() > LONGEST_TOKEN || !VISIBLE.matcher(token).matches()) {
            throw failures.malformed("the token service " + realm.getHost() + " sent a token that is none");
        }
        return token;
    }

    /// Docker's token flow, and its OAuth2 variant for identity tokens. The scope is ours and not the challenge's: a
    /// registry gets no token for more than what it is asked for.
    private HttpRequest.Builder request(URI realm, String service) {
        String asked = "service=" + encoded(service)
                + purpose.scope().map(scope -> "&scope=" + encoded(scope)).orElse("");
        return switch (secrets.credentials()) {
            case Credentials.None _ ->
                HttpRequest.newBuilder(withQuery(realm, asked)).GET();
            case Credentials.Basic basic ->
                HttpRequest.newBuilder(withQuery(realm, asked + "&account=" + encoded(basic.user())))
                        .header("Authorization", Secrets.basic(basic))
                        .GET();
            case Credentials.Token token ->
                HttpRequest.newBuilder(realm)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=refresh_token&client_id=" + CLIENT + "&"
                                + asked + "&refresh_token=" + encoded(token.identityToken())));
        };
    }

    /// The password goes there, so it must be an encrypted connection to a host with a verified name.
    private URI realm(Challenge challenge) {
        String text = challenge.parameter("realm").orElse("");
        try {
            URI realm = new URI(text);
            if ("https".equalsIgnoreCase(realm.getScheme())
                    && realm.getHost() != null
                    && realm.getRawUserInfo() == null
                    && realm.getRawFragment() == null) {
                return realm;
            }
        } catch (URISyntaxException _) {
            // Refused below, as every other realm that is not a plain https address.
        }
        throw refusedRealm(text);
    }

    private ImageException refusedRealm(String text) {
        return failures.malformed("the registry wants the credentials sent to `" + failures.foreign(text)
                + "`, which is not an https address");
    }

    private static URI withQuery(URI realm, String query) {
        String text = realm.toString();
        return URI.create(text + (realm.getRawQuery() == null ? "?" : "&") + query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
