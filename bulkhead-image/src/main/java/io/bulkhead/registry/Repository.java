package io.bulkhead.registry;

import io.bulkhead.image.ImageException;
import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.Remote;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import io.bulkhead.name.Names;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One repository of a registry (OCI distribution spec 1.1, "Pull").
final class Repository implements Remote {

    /// OCI distribution 1.1 asks clients to take at least this much; what is larger is no manifest.
    static final int LARGEST_MANIFEST = 4 << 20;

    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_SERVER = "registry-1.docker.io";
    private static final String MANIFESTS = String.join(
            ", ",
            List.of(
                    "application/vnd.oci.image.index.v1+json",
                    "application/vnd.oci.image.manifest.v1+json",
                    "application/vnd.docker.distribution.manifest.list.v2+json",
                    "application/vnd.docker.distribution.manifest.v2+json"));

    private final ImageName name;
    private final Transport transport;
    private final Failures failures;
    private final URI base;

    Repository(ImageName name, Transport transport, Failures failures) {
        this.name = name;
        this.transport = transport;
        this.failures = failures;
        this.base = URI.create("https://" + server(name.registry()) + "/v2/" + name.repository() + "/");
    }

    /// The host that answers for a registry.
    static String server(String registry) {
        return registry.equals(DOCKER_HUB) ? DOCKER_HUB_SERVER : registry;
    }

    @Override
    public Manifest manifest(String tagOrDigest) {
        Optional<Digest> asked = tagOrDigest.indexOf(':') < 0 ? Optional.empty() : Optional.of(digest(tagOrDigest));
        String subject = "manifest for " + name.familiarRepository()
                + (asked.isPresent() ? "@" + asked.get() : ":" + tag(tagOrDigest));
        URI uri = base.resolve("./manifests/" + tagOrDigest);
        var response = transport.get(uri, Map.of("Accept", MANIFESTS), subject);
        byte[] bytes = transport.wholeBody(response, LARGEST_MANIFEST, subject);
        return new Manifest(mediaType(response), bytes, verified(response, bytes, asked, subject));
    }

    @Override
    public InputStream blob(Digest digest, long size) {
        if (size < 0) {
            throw new ImageException(Reason.MALFORMED, "blob " + digest + ": the size " + size + " is negative");
        }
        return new BlobStream(transport, base.resolve("./blobs/" + digest), size, subject(digest));
    }

    private String subject(Digest digest) {
        return "blob " + digest + " of " + name.familiarRepository();
    }

    /// The digest of the bytes. The registry's own claim is only ever compared: parsed strictly, used for nothing
    /// (CVE-2024-3727).
    private Digest verified(HttpResponse<InputStream> response, byte[] bytes, Optional<Digest> asked, String subject) {
        Optional<Digest> claimed = response.headers()
                .firstValue("Docker-Content-Digest")
                .map(text -> Digest.tryParse(text)
                        .orElseThrow(() -> failures.malformed(
                                subject + ": the registry gave `" + Names.shown(text) + "` as its digest")));
        for (var expected : List.of(asked, claimed)) {
            if (expected.isPresent()) {
                requireSame(expected.get(), bytes, subject);
            }
        }
        return asked.orElseGet(() -> digestOf(bytes, Digest.Algorithm.SHA256));
    }

    private static void requireSame(Digest expected, byte[] bytes, String subject) {
        Digest actual = digestOf(bytes, expected.algorithm());
        if (!actual.equals(expected)) {
            throw new ImageException(
                    Reason.DIGEST_MISMATCH,
                    subject + ": the registry sent bytes with the digest " + actual + " instead of " + expected);
        }
    }

    private static Digest digestOf(byte[] bytes, Digest.Algorithm algorithm) {
        try {
            byte[] hash = MessageDigest.getInstance(algorithm.javaName()).digest(bytes);
            return new Digest(algorithm, HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has " + algorithm.javaName(), missing);
        }
    }

    /// Without parameters such as `charset`.
    private static String mediaType(HttpResponse<InputStream> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    private static Digest digest(String text) {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new ImageException(Reason.INVALID, "invalid reference format: " + invalid.getMessage(), invalid);
        }
    }

    private String tag(String text) {
        try {
            return new ImageName(name.registry(), name.repository(), Optional.of(text), Optional.empty())
                    .tag()
                    .orElseThrow();
        } catch (IllegalArgumentException invalid) {
            throw new ImageException(Reason.INVALID, String.valueOf(invalid.getMessage()), invalid);
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
