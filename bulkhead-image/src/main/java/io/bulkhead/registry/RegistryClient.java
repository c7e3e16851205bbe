package io.bulkhead.registry;

import io.bulkhead.image.Images.Credentials;
import io.bulkhead.image.Remote;
import io.bulkhead.name.ImageName;

/// Opens repositories in registries. Certificates are read anew for each, so a CA added by the administrator counts at
/// once.
public final class RegistryClient implements Remote.Source {

    private final RegistryConfig config;

    public RegistryClient(RegistryConfig config) {
        this.config = config;
    }

    /// Nothing is sent before the first request for a manifest or a blob.
    @Override
    public Remote open(ImageName name, Credentials credentials) {
        var certificates = new TrustedCertificates(config.certificateDirectories(), config.systemRoots());
        var secrets = new Secrets(credentials);
        var purpose = new Purpose.Pull(name);
        var failures = new Failures(purpose, certificates.hint(name.registry()), secrets);
        var login = new Login(purpose, secrets, failures);
        var transport = new Transport(config.patience(), certificates.context(name.registry()), login, failures);
        return new Repository(name, transport, failures);
    }
}
