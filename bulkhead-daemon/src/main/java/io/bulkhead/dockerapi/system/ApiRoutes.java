package io.bulkhead.dockerapi.system;

import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.image.ImageRoutes;
import io.bulkhead.dockerapi.image.ImageTransfer;
import io.bulkhead.dockerapi.network.NetworkRoutes;
import io.bulkhead.dockerapi.seccomp.SeccompRoutes;
import io.bulkhead.dockerapi.volume.VolumeRoutes;
import java.util.List;
import java.util.stream.Stream;

/// All routes but those of containers and execs.
public final class ApiRoutes {

    private ApiRoutes() {}

    public static List<Route> of(Backend backend) {
        return Stream.of(
                        new SystemRoutes(backend).routes(),
                        new DiskUsage(backend).routes(),
                        new EventRoutes(backend).routes(),
                        new AuditRoutes(backend).routes(),
                        new DenialRoutes(backend).routes(),
                        new OwnershipRoutes(backend).routes(),
                        new RecordingRoutes(backend).routes(),
                        new UsernsRoutes(backend).routes(),
                        new SeccompRoutes(backend).routes(),
                        new LoginRoutes(backend.login()).routes(),
                        new ImageRoutes(backend).routes(),
                        new ImageTransfer(backend).routes(),
                        new VolumeRoutes(backend).routes(),
                        new NetworkRoutes(backend).routes(),
                        Absent.routes())
                .flatMap(List::stream)
                .toList();
    }
}
