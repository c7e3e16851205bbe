package io.bulkhead.dockerapi;

import io.bulkhead.image.Images.Credentials;

/// Asks a registry whether it takes credentials, for `docker login`. Nothing is stored.
@FunctionalInterface
public interface RegistryLogin {

    /// @param registry as the client wrote it
    /// @throws io.bulkhead.image.ImageException UNAUTHORIZED when they are wrong, INVALID when there are none
    void check(String registry, Credentials credentials);
}
