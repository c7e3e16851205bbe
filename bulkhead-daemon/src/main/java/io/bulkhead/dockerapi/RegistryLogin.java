package io.bulkhead.dockerapi;

import io.bulkhead.image.Images.Credentials;

/// Asks a registry whether it takes credentials, for `docker login`. Nothing is stored.
@FunctionalInterface
public interface RegistryLogin {

    /// @param registry as the client wrote it
    /// @throws io.bulkhead.image.ImageException UNAUTHORIZED when they are wrong, REGISTRY when it cannot be asked
    void check(String registry, Credentials credentials);

    /// For an engine that cannot ask.
    static RegistryLogin unsupported() {
        return (_, _) -> {
            throw new io.bulkhead.container.EngineException(
                    io.bulkhead.container.EngineException.Reason.UNSUPPORTED,
                    "checking credentials is not supported by this engine yet; put them into the client's"
                            + " ~/.docker/config.json, and each pull sends them");
        };
    }
}
