package io.bulkhead.registry;

import io.bulkhead.image.ImageException;
import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is said when a registry does not give what was asked of it, in Docker's words where there are some.
final class Failures {

    private static final int DEEPEST = 16;
    private static final String HTTPS_ONLY = "; registries are reached by HTTPS only";
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final Purpose purpose;
    private final Path certificateHint;
    private final Secrets secrets;

    Failures(Purpose purpose, Path certificateHint, Secrets secrets) {
        this.purpose = purpose;
        this.certificateHint = certificateHint;
        this.secrets = secrets;
    }

    /// A status that is no success.
    ImageException answered(int status, byte[] body, String subject) {
        String detail = detail(body).orElse("status " + status);
        return switch (status) {
            case 401, 403 -> denied(detail);
            case 404 -> new ImageException(Reason.NOT_FOUND, subject + " not found: " + detail);
            case 429 -> new ImageException(Reason.REGISTRY, subject + ": toomanyrequests: " + detail);
            default ->
                new ImageException(
                        Reason.REGISTRY, subject + ": " + purpose.registry() + " answered " + status + ": " + detail);
        };
    }

    ImageException denied(String detail) {
        return new ImageException(Reason.UNAUTHORIZED, purpose.denied(detail));
    }

    ImageException malformed(String problem) {
        return new ImageException(Reason.MALFORMED, problem);
    }

    ImageException tooLarge(String subject, long limit) {
        return new ImageException(Reason.TOO_LARGE, subject + ": the registry sends more than " + limit + " bytes");
    }

    /// No answer at all, or half of one.
    ImageException unreachable(String host, String subject, IOException failure) {
        return new ImageException(Reason.REGISTRY, subject + ": " + host + ": " + reason(host, failure), failure);
    }

    /// Trying again is of no use: nobody listens there, or not to us.
    static boolean isFinal(IOException failure) {
        if (failure instanceof SSLException) {
            return tlsProblem(failure).isPresent();
        }
        return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
    }

    private String reason(String host, IOException failure) {
        Optional<String> tls = failure instanceof SSLException ? tlsProblem(failure) : Optional.empty();
        if (tls.isPresent()) {
            return tls.get() + hint(host);
        }
        if (has(failure, UnresolvedAddressException.class)) {
            return "no such host";
        }
        if (failure instanceof ConnectException) {
            return "connection refused";
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return "no encrypted connection in time" + HTTPS_ONLY;
        }
        if (failure instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        String broken = "the connection broke: " + foreign(String.valueOf(failure.getMessage()));
        return handshakeWasCut(failure) ? broken + HTTPS_ONLY : broken;
    }

    /// A server that does not know TLS may wait for more or hang up; one that does may do so as well.
    private static boolean handshakeWasCut(IOException failure) {
        return texts(failure).contains("terminated the handshake");
    }

    private String hint(String host) {
        return host.equals(purpose.registry())
                ? " (to trust its CA, put the certificate into " + certificateHint + ")"
                : "";
    }

    /// The JDK tells these apart by text only.
    private static Optional<String> tlsProblem(Throwable failure) {
        if (has(failure, CertificateExpiredException.class) || has(failure, CertificateNotYetValidException.class)) {
            return Optional.of("x509: certificate has expired or is not yet valid");
        }
        String text = texts(failure);
        if (text.contains("path building failed") || text.contains("path validation failed")) {
            return Optional.of("x509: certificate signed by unknown authority");
        }
        if (text.contains("no subject alternative") || text.contains("no name matching")) {
            return Optional.of("x509: certificate is valid for other names than this host's");
        }
        if (text.contains("unsupported or unrecognized ssl message") || text.contains("plaintext connection")) {
            return Optional.of("server gave HTTP response to HTTPS client" + HTTPS_ONLY);
        }
        return Optional.empty();
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return true;
            }
        }
        return false;
    }

    private static String texts(Throwable failure) {
        var texts = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            texts.append(each.getMessage()).append('\n');
        }
        return texts.toString().toLowerCase(Locale.ROOT);
    }

    /// A registry's own words, fit for a message.
    String foreign(String text) {
        return secrets.areRepeatedIn(text) ? "(text withheld: it repeats a credential)" : Names.shown(text);
    }

    /// The first of the errors in an answer (OCI distribution 1.1, "Error Codes"), as `code: message`.
    private Optional<String> detail(byte[] body) {
        try {
            JsonNode error = JSON.readTree(body).path("errors").path(0);
            String code =
                    error.path("code").asString("").toLowerCase(Locale.ROOT).replace('_', ' ');
            String message = error.path("message").asString("");
            if (message.isEmpty() || code.equals(message)) {
                return Optional.of(code).filter(text -> !text.isEmpty()).map(this::foreign);
            }
            return Optional.of(foreign(code.isEmpty() ? message : code + ": " + message));
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    /// The token in a token service's answer; both names are in use.
    String tokenIn(byte[] body) {
        try {
            JsonNode answer = JSON.readTree(body);
            String token = answer.path("token").asString("");
            return token.isEmpty() ? answer.path("access_token").asString("") : token;
        } catch (JacksonException _) {
            // Not attached as cause: the parser's message may quote what it read.
            throw malformed("the token service of " + purpose.registry() + " sent no JSON");
        }
    }
}
