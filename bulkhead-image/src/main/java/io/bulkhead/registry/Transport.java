package io.bulkhead.registry;

import io.bulkhead.image.ImageException;
import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.registry.RegistryConfig.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/// Requests to one registry: answers its challenges, follows its redirects, tries again what may pass.
///
/// Credentials go to the registry's own address and to no other: a request that was redirected elsewhere goes on
/// without them for good, and a challenge from elsewhere is not answered.
final class Transport implements AutoCloseable {

    private static final int MOST_REDIRECTS = 5;
    private static final int LARGEST_SMALL_BODY = 1 << 20;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

    private final Patience patience;
    private final Login login;
    private final Failures failures;
    private final HttpClient client;
    private final Alarms alarms = new Alarms();

    Transport(Patience patience, SSLContext tls, Login login, Failures failures) {
        this.patience = patience;
        this.login = login;
        this.failures = failures;
        // HTTP/1.1: layers come over connections of their own, and one that breaks takes no other with it.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.connect())
                .sslContext(tls)
                .build();
    }

    /// The answer, a success with its body still to be read.
    HttpResponse<InputStream> get(URI uri, Map<String, String> headers, String subject) {
        return persistently(() -> once(uri, headers, subject), uri, subject);
    }

    /// A body that is small when all is well.
    byte[] wholeBody(HttpResponse<InputStream> response, int limit, String subject) {
        String host = host(response.uri());
        try (InputStream body = response.body();
                Alarms.Alarm alarm = alarms.closingAfter(patience.answer(), body)) {
            if (response.headers().firstValueAsLong("Content-Length").orElse(0) > limit) {
                throw failures.tooLarge(subject, limit);
            }
            byte[] bytes = body.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw failures.tooLarge(subject, limit);
            }
            if (alarm.rang()) {
                throw new IOException("it was not sent in time");
            }
            return bytes;
        } catch (IOException broken) {
            throw failures.unreachable(host, subject, broken);
        }
    }

    Patience patience() {
        return patience;
    }

    Alarms alarms() {
        return alarms;
    }

    Failures failures() {
        return failures;
    }

    /// Before attempt number `next`, counted from 0.
    void pause(int next, Duration atLeast) {
        Duration doubled = patience.firstPause().multipliedBy(1L << Math.min(next - 1, 16));
        Duration pause = doubled.compareTo(atLeast) < 0 ? atLeast : doubled;
        try {
            Thread.sleep(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private interface Attempt {
        HttpResponse<InputStream> make() throws IOException;
    }

    private HttpResponse<InputStream> persistently(Attempt attempt, URI uri, String subject) {
        int next = 0;
        while (true) {
            next++;
            Duration wait = Duration.ZERO;
            try {
                HttpResponse<InputStream> response = attempt.make();
                int status = response.statusCode();
                if (status == 200 || status == 206) {
                    return response;
                }
                byte[] body = wholeBody(response, LARGEST_SMALL_BODY, subject);
                if (!PASSING.contains(status) || next >= patience.attempts()) {
                    throw failures.answered(status, body, subject);
                }
                wait = retryAfter(response);
            } catch (IOException failure) {
                if (Failures.isFinal(failure) || next >= patience.attempts()) {
                    throw failures.unreachable(host(uri), subject, failure);
                }
            }
            pause(next, wait);
        }
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : Duration.ZERO;
    }

    private HttpResponse<InputStream> once(URI uri, Map<String, String> headers, String subject) throws IOException {
        URI at = uri;
        boolean ours = true;
        boolean answered = false;
        int redirects = 0;
        while (true) {
            var response = send(request(at, headers, ours ? login.header() : Optional.empty()));
            if (response.statusCode() == 401 && ours && !answered) {
                answered = true;
                response.body().close();
                login.answer(response.headers().allValues("WWW-Authenticate"), request -> fetchToken(request, subject));
            } else if (REDIRECTS.contains(response.statusCode())) {
                response.body().close();
                if (++redirects > MOST_REDIRECTS) {
                    throw new ImageException(Reason.REGISTRY, subject + ": more than " + MOST_REDIRECTS + " redirects");
                }
                URI next = location(at, response, subject);
                ours = ours && sameOrigin(at, next);
                at = next;
            } else {
                return response;
            }
        }
    }

    private static HttpRequest.Builder request(URI uri, Map<String, String> headers, Optional<String> authorization) {
        var request = HttpRequest.newBuilder(uri).GET();
        headers.forEach(request::header);
        authorization.ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    /// A redirect of a token service is not followed: the password would have to go with it.
    private byte[] fetchToken(HttpRequest.Builder request, String subject) {
        URI realm = request.build().uri();
        var response = persistently(() -> send(request), realm, subject);
        return wholeBody(response, LARGEST_SMALL_BODY, "token for the " + subject);
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException {
        request.timeout(patience.answer()).header("User-Agent", "bulkhead");
        try {
            return client.send(request.build(), BodyHandlers.ofInputStream());
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private URI location(URI from, HttpResponse<?> response, String subject) {
        String text = response.headers().firstValue("Location").orElse("");
        try {
            URI to = from.resolve(text);
            if ("https".equalsIgnoreCase(to.getScheme()) && to.getHost() != null && to.getRawUserInfo() == null) {
                return to;
            }
        } catch (IllegalArgumentException _) {
            // Refused below, as every other place that is not an https address.
        }
        throw failures.malformed(subject + ": " + host(from) + " leads to `" + failures.foreign(withoutQuery(text))
                + "`, which is not an https address");
    }

    /// The query of a storage address is a signature, as good as a password.
    private static String withoutQuery(String address) {
        int query = address.indexOf('?');
        return query < 0 ? address : address.substring(0, query);
    }

    private static boolean sameOrigin(URI one, URI other) {
        return Objects.equals(one.getHost(), other.getHost()) && port(one) == port(other);
    }

    private static int port(URI uri) {
        return uri.getPort() < 0 ? 443 : uri.getPort();
    }

    /// As it stands in an image's name.
    private static String host(URI uri) {
        return uri.getRawAuthority();
    }

    private static ImageException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ImageException(Reason.REGISTRY, "the pull was interrupted", cause);
    }

    @Override
    public void close() {
        client.shutdownNow();
        alarms.close();
    }
}
