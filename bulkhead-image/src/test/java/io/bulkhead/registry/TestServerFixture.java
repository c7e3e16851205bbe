package io.bulkhead.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bulkhead.image.ImageException;
import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.Images.Credentials;
import io.bulkhead.image.Remote;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// A registry client against [HttpsTestServer]s, which it trusts.
abstract class TestServerFixture {

    static final String PASSWORD = "correct horse";
    static final Credentials ALICE = new Credentials.Basic("alice", PASSWORD);
    static final String BASIC = "Basic YWxpY2U6Y29ycmVjdCBob3JzZQ==";
    static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
    static final byte[] LAYER = new byte[3_000_000];
    static final Digest LAYER_DIGEST;

    static {
        new Random(1).nextBytes(LAYER);
        LAYER_DIGEST = digest(LAYER);
    }

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private static TestCertificate certificate;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.forLoopback(shared);
    }

    static HttpsTestServer start(HttpsTestServer.Answer answer) throws Exception {
        return HttpsTestServer.start(certificate, answer);
    }

    Remote open(HttpsTestServer server, Credentials credentials) {
        Path certificates = directory.resolve("certs.d");
        try {
            Path file = certificates.resolve(server.host()).resolve("ca.crt");
            if (!Files.exists(file)) {
                certificate.writeCertificate(file);
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
        return new RegistryClient(config(certificates)).open(name(server), credentials);
    }

    static ImageName name(HttpsTestServer server) {
        return ImageName.parse(server.host() + "/team/app");
    }

    static RegistryConfig config(Path certificates) {
        return new RegistryConfig(
                List.of(certificates),
                Path.of("/etc/ssl/certs/ca-certificates.crt"),
                new RegistryConfig.Patience(
                        Duration.ofSeconds(10), Duration.ofSeconds(8), Duration.ofSeconds(4), 3, Duration.ofMillis(5)));
    }

    static Digest digest(byte[] bytes) {
        try {
            return Digest.sha256(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (java.security.NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    static ImageException refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Reason reason, String message) {
        var failure = catchThrowableOfType(ImageException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure).hasMessageContaining(message);
        assertThat(failure.reason()).isEqualTo(reason);
        return failure;
    }
}
