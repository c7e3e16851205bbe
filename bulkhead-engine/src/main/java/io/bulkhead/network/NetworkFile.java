package io.bulkhead.network;

import io.bulkhead.name.ContainerId;
import io.bulkhead.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What stays the same about the predefined networks from one start of the machine to the next.
///
/// @param subnet the bridge's
record NetworkFile(String bridgeId, String hostId, String noneId, String created, String subnet) {

    private static final String NAME = "networks.json";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    NetworkFile {
        Instant.parse(created);
        Subnet.parse(subnet);
    }

    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(NAME));
    }

    static NetworkFile fresh(Subnet subnet, Clock clock) {
        var randomness = new SecureRandom();
        return new NetworkFile(
                ContainerId.random(randomness).value(),
                ContainerId.random(randomness).value(),
                ContainerId.random(randomness).value(),
                clock.instant().toString(),
                subnet.toString());
    }

    static NetworkFile read(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        try {
            return JSON.readValue(Files.readAllBytes(file), NetworkFile.class);
        } catch (JacksonException | IllegalArgumentException damaged) {
            throw new NetworkException(
                    NetworkException.Reason.PLUMBING,
                    file + " cannot be read: with no container running, remove it and the networks get new ids",
                    damaged);
        }
    }

    NetworkFile withSubnet(Subnet other) {
        return new NetworkFile(bridgeId, hostId, noneId, created, other.toString());
    }

    void write(Path directory) throws IOException {
        Path temporary = directory.resolve(NAME + ".tmp");
        WholeFile.write(temporary, JSON.writeValueAsBytes(this));
        Files.move(temporary, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        WholeFile.forceDirectory(directory);
    }
}
