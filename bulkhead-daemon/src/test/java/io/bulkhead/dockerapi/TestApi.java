package io.bulkhead.dockerapi;

import io.bulkhead.access.Authorizer;
import io.bulkhead.audit.AuditFile;
import io.bulkhead.audit.Gate;
import io.bulkhead.container.Events;
import io.bulkhead.container.RecentEvents;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.http.FakeExchange;
import io.bulkhead.image.ImageException;
import io.bulkhead.image.Images;
import io.bulkhead.ownership.Ownership;
import io.bulkhead.recording.Recordings;
import io.bulkhead.volume.LocalVolumes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The routes over real volumes, events and a real record in a directory of the test's, and over images, networks
/// and containers in memory.
public final class TestApi implements AutoCloseable {

    /// What `docker login` asks; a registry that takes nobody.
    public RegistryLogin login = (registry, _) -> {
        throw new ImageException(ImageException.Reason.UNAUTHORIZED, "login attempt to " + registry + " failed");
    };

    public final KeptRecord record = new KeptRecord();
    public final HeldImages images = new HeldImages();
    public final ListedContainers containers;
    public final RecentEvents events = new RecentEvents();
    public final LocalVolumes volumes;
    public final AuditFile audit;
    public final Backend backend;

    public TestApi(Path directory) {
        this(directory, Optional.empty());
    }

    /// @param store to use instead of images in memory
    public TestApi(Path directory, Optional<Images> store) {
        containers = new ListedContainers(
                Recordings.open(directory.resolve("recordings"), Clock.systemUTC()),
                Ownership.open(directory.resolve("ownership"), directory, Clock.systemUTC()));
        volumes = LocalVolumes.open(directory.resolve("volumes"));
        audit = AuditFile.open(directory.resolve("audit"), Clock.systemUTC());
        backend = new Backend(
                containers.containers(),
                store.orElse(images),
                volumes,
                new FixedNetworks(),
                events,
                (registry, credentials) -> login.check(registry, credentials),
                HostFacts.read(),
                directory,
                AuditTrail.of(directory.resolve("audit"), audit, List::of),
                Clock.systemUTC(),
                List::of);
    }

    public Router router(List<Route> routes) {
        return new Router(routes, new Gate(new Authorizer(), record));
    }

    public Answer send(List<Route> routes, Ask ask) {
        return FakeExchange.send(ask, router(routes));
    }

    /// `type action id name` of everything published so far.
    public List<String> announced() {
        var lines = new ArrayList<String>();
        try (var reader = events.subscribe(Optional.of(Instant.EPOCH), Optional.of(Instant.now()))) {
            for (Optional<Events.Event> e = reader.next(); e.isPresent(); e = reader.next()) {
                String name = e.get().attributes().getOrDefault("name", "");
                lines.add(
                        (e.get().type() + " " + e.get().action() + " " + e.get().id() + " " + name).strip());
            }
        }
        return lines;
    }

    public static JsonNode json(Answer answer) {
        return Json.mapper().readTree(answer.body());
    }

    @Override
    public void close() {
        volumes.close();
        audit.close();
    }
}
