package io.bulkhead.dockerapi;

import io.bulkhead.container.Containers;
import io.bulkhead.container.Events;
import io.bulkhead.image.Images;
import io.bulkhead.network.Networks;
import io.bulkhead.volume.Volumes;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/// What the routes answer from.
///
/// @param dataRoot where state is kept, for `info`
/// @param problems what an administrator should mend, for `info`
public record Backend(
        Containers containers,
        Images images,
        Volumes volumes,
        Networks networks,
        Events events,
        RegistryLogin login,
        HostFacts host,
        Path dataRoot,
        AuditTrail audit,
        Clock clock,
        Supplier<List<String>> problems) {}
