package io.bulkhead.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DockerRegistryTest {

    private static final Path SKOPEO = Path.of("/usr/bin/skopeo");
    private static final Credentials ALICE = new Credentials.Basic(DockerRegistry.USER, DockerRegistry.PASSWORD);
    private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

    @TempDir
    Path directory;

    private TestCertificate certificate;
    private final byte[] layer = new byte[300_000];
    private byte[] manifest = {};

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(DockerRegistry.isInstalled(), "needs docker-registry");
        assumeTrue(Files.isExecutable(SKOPEO), "needs skopeo");
        certificate = TestCertificate.forLoopback(directory);
        new Random(1).nextBytes(layer);
    }

    @Test
    void anImageIsFetchedWithAPassword() throws Exception {
        try (var registry = DockerRegistry.withPasswords(directory, certificate)) {
            push(registry);
            try (var remote = open(registry, "team/app", ALICE)) {
                Remote.Manifest byTag = remote.manifest("v1");
                Remote.Manifest byDigest = remote.manifest(byTag.digest().toString());

                assertThat(byTag.mediaType()).isEqualTo(MANIFEST_TYPE);
                assertThat(byTag.bytes()).isEqualTo(manifest).isEqualTo(byDigest.bytes());
                assertThat(byTag.digest()).isEqualTo(digest(manifest)).isEqualTo(byDigest.digest());
                try (var blob = remote.blob(digest(layer), layer.length)) {
                    assertThat(blob.readAllBytes()).isEqualTo(layer);
                }
            }
        }
    }

    @Test
    void whatIsNotThereIsNamed() throws Exception {
        try (var registry = DockerRegistry.withPasswords(directory, certificate)) {
            push(registry);
            var gone = digest(new byte[] {1});
            try (var remote = open(registry, "team/app", ALICE)) {
                assertThat(refused(() -> remote.manifest("nope"), Reason.NOT_FOUND))
                        .hasMessage("manifest for " + registry.host() + "/team/app:nope not found: manifest unknown");
                assertThat(refused(() -> remote.manifest(gone.toString()), Reason.NOT_FOUND))
                        .hasMessageStartingWith("manifest for " + registry.host() + "/team/app@" + gone
                                + " not found: manifest unknown");
                assertThat(refused(() -> remote.blob(gone, 1), Reason.NOT_FOUND))
                        .hasMessageStartingWith(
                                "blob " + gone + " of " + registry.host() + "/team/app not found: blob");
            }
        }
    }

    @Test
    void wrongOrMissingCredentialsAreSaid() throws Exception {
        try (var registry = DockerRegistry.withPasswords(directory, certificate)) {
            for (var credentials : List.of(
                    new Credentials.None(),
                    new Credentials.Basic(DockerRegistry.USER, "a wrong one"),
                    new Credentials.Token("identity"))) {
                try (var remote = open(registry, "team/app", credentials)) {
                    var failure = refused(() -> remote.manifest("v1"), Reason.UNAUTHORIZED);

                    assertThat(failure)
                            .hasMessageStartingWith(
                                    "pull access denied for " + registry.host()
                                            + "/team/app, repository does not exist or may require 'docker login': unauthorized")
                            .hasMessageNotContaining("a wrong one");
                }
            }
        }
    }

    @Test
    void anImageIsFetchedWithATokenThatTheRegistryVerifies() throws Exception {
        try (var registry = DockerRegistry.withPasswords(directory, certificate)) {
            push(registry);
        }
        var signer = TestCertificate.forLoopback(directory);
        try (var tokens = HttpsTestServer.start(
                        certificate,
                        exchange -> HttpsTestServer.send(
                                exchange,
                                200,
                                tokenAnswer(signer, exchange.getRequestURI().getQuery())));
                var registry = DockerRegistry.withTokens(
                        directory, certificate, "https://" + tokens.host() + "/token", signer);
                var remote = open(registry, "team/app", ALICE)) {
            assertThat(remote.manifest("v1").bytes()).isEqualTo(manifest);
            try (var blob = remote.blob(digest(layer), layer.length)) {
                assertThat(blob.readAllBytes()).isEqualTo(layer);
            }
            assertThat(tokens.requests).hasSize(1);
        }
    }

    /// What skopeo pushes, so that another client than ours made the registry's content.
    private void push(DockerRegistry registry) throws Exception {
        Path layout = Files.createDirectories(directory.resolve("layout"));
        String config =
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + digest(layer) + "\"]}}";
        manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST_TYPE + "\",\"config\":"
                        + blob(layout, "application/vnd.oci.image.config.v1+json", bytes(config)) + ",\"layers\":["
                        + blob(layout, "application/vnd.oci.image.layer.v1.tar", layer) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(
                layout.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[" + blob(layout, MANIFEST_TYPE, manifest) + "]}");
        trust(registry.host());
        Process process = new ProcessBuilder(
                        SKOPEO.toString(),
                        "--insecure-policy",
                        "copy",
                        "--preserve-digests",
                        "--dest-cert-dir",
                        certificates().resolve(registry.host()).toString(),
                        "--dest-creds",
                        DockerRegistry.USER + ":" + DockerRegistry.PASSWORD,
                        "oci:" + layout,
                        "docker://" + registry.host() + "/team/app:v1")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    /// Stores the bytes and describes them.
    private static String blob(Path layout, String mediaType, byte[] bytes) throws Exception {
        Digest digest = digest(bytes);
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.write(blobs.resolve(digest.hex()), bytes);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + bytes.length + "}";
    }

    /// A JWT as the registry's token authentication wants it.
    private static String tokenAnswer(TestCertificate signer, String query) {
        try {
            assertThat(query).contains("service=test-registry").contains("scope=repository:team/app:pull&");
            long now = Instant.now().getEpochSecond();
            String chain =
                    Base64.getEncoder().encodeToString(signer.certificate().getEncoded());
            String head = base64("{\"typ\":\"JWT\",\"alg\":\"ES256\",\"x5c\":[\"" + chain + "\"]}");
            String claims =
                    base64("{\"iss\":\"test-issuer\",\"sub\":\"alice\",\"aud\":\"test-registry\",\"exp\":" + (now + 300)
                            + ",\"nbf\":" + (now - 10) + ",\"iat\":" + now
                            + ",\"jti\":\"1\",\"access\":[{\"type\":\"repository\","
                            + "\"name\":\"team/app\",\"actions\":[\"pull\"]}]}");
            var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(signer.key());
            signature.update(bytes(head + "." + claims));
            String signed = Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
            return "{\"token\":\"" + head + "." + claims + "." + signed + "\"}";
        } catch (java.security.GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Digest digest(byte[] bytes) throws Exception {
        return Digest.sha256(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    private Path certificates() {
        return directory.resolve("certs.d");
    }

    private void trust(String host) throws Exception {
        certificate.writeCertificate(certificates().resolve(host).resolve("ca.crt"));
    }

    private Remote open(DockerRegistry registry, String repository, Credentials credentials) throws Exception {
        trust(registry.host());
        var standard = RegistryConfig.standard();
        var config = new RegistryConfig(List.of(certificates()), standard.systemRoots(), standard.patience());
        return new RegistryClient(config).open(ImageName.parse(registry.host() + "/" + repository), credentials);
    }

    private static ImageException refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Reason reason) {
        var failure = catchThrowableOfType(ImageException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        return failure;
    }
}
