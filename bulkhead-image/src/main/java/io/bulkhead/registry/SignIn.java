package io.bulkhead.registry;

import io.bulkhead.image.ImageException;
import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.Images.Credentials;
import io.bulkhead.name.ImageName;
import io.bulkhead.name.Names;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/// Shows credentials to a registry (`GET /v2/`, OCI distribution 1.1) and keeps nothing of them.
public final class SignIn {

    private static final int LARGEST_ANSWER = 1 << 16;
    private static final Set<String> DOCKER_HUB = Set.of("docker.io", "index.docker.io", "registry-1.docker.io");

    private final RegistryConfig config;

    public SignIn(RegistryConfig config) {
        this.config = config;
    }

    /// @param address a host with or without a port, as in an image's name; `https://` before and a path after it
    ///     are left out, since older clients write both
    /// @throws ImageException UNAUTHORIZED when the registry does not take them, INVALID when there are none
    public void check(String address, Credentials credentials) {
        if (credentials instanceof Credentials.None) {
            throw new ImageException(Reason.INVALID, "no credentials to check: give a user name and a password");
        }
        String registry = registry(address);
        var secrets = new Secrets(credentials);
        var purpose = new Purpose.SignIn(registry);
        var certificates = new TrustedCertificates(config.certificateDirectories(), config.systemRoots());
        var failures = new Failures(purpose, certificates.hint(registry), secrets);
        var login = new Login(purpose, secrets, failures);
        try (var transport = new Transport(config.patience(), certificates.context(registry), login, failures)) {
            check(transport, purpose, failures);
        }
    }

    private static void check(Transport transport, Purpose purpose, Failures failures) {
        URI uri = URI.create("https://" + Repository.server(purpose.registry()) + "/v2/");
        String subject = "login to " + purpose.registry();
        var response = transport.get(uri, Map.of(), subject);
        transport.wholeBody(response, LARGEST_ANSWER, subject);
        // A redirect is followed without credentials: whoever answered in the end has not seen them.
        if (!uri.getRawAuthority().equals(response.uri().getRawAuthority())) {
            throw failures.denied("the registry sent the question elsewhere");
        }
    }

    private static String registry(String address) {
        String host = address.startsWith("https://") ? address.substring("https://".length()) : address;
        int path = host.indexOf('/');
        host = path < 0 ? host : host.substring(0, path);
        if (DOCKER_HUB.contains(host)) {
            return "docker.io";
        }
        try {
            String read = ImageName.parse(host + "/x").registry();
            if (read.equals(host) && !address.startsWith("http:")) {
                return read;
            }
        } catch (IllegalArgumentException _) {
            // Refused below, as everything else that is no host.
        }
        throw new ImageException(
                Reason.INVALID,
                "`" + Names.shown(address) + "` is no address of a registry: give its host, and its port if it is not"
                        + " 443; registries are reached by HTTPS only");
    }
}
