package io.bulkhead.dockerapi.create;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Caller;
import io.bulkhead.container.Container;
import io.bulkhead.container.EngineException;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.image.Image;
import io.bulkhead.image.ImageConfig;
import io.bulkhead.name.Digest;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.volume.CarriedIds;
import io.bulkhead.volume.Volume;
import io.bulkhead.volume.Volumes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Predicate;

/// An image, other containers and volumes for a request to be resolved against.
final class Fixtures {

    static final Caller ROOT = new Caller.UnixUser(0, 0, List.of(), OptionalInt.empty(), OptionalLong.empty());
    static final Digest IMAGE_ID = Digest.sha256("ab".repeat(32));

    final Map<String, Container> containers = new HashMap<>();
    final Map<String, Volume> volumes = new HashMap<>();
    UsernsDefaults userns = UsernsDefaults.standard();

    /// Ids and names are the same for the same.
    int seed = 1;

    ImageConfig config = config("", List.of("PATH=/bin"), List.of(), List.of("sh"));

    static ImageConfig config(String user, List<String> env, List<String> entrypoint, List<String> cmd) {
        return new ImageConfig(
                "amd64",
                "linux",
                "",
                "",
                user,
                env,
                entrypoint,
                cmd,
                "",
                Map.of(),
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                false,
                Optional.empty(),
                List.of());
    }

    ContainerSpec resolve(String json) {
        return resolve(CreateRequestTest.decode(json));
    }

    ContainerSpec resolve(CreateRequest request) {
        var image = new Image(IMAGE_ID, IMAGE_ID, config, List.of(), List.of(), List.of(), Instant.EPOCH, 0);
        return new SpecResolver(
                        this::container,
                        new KnownVolumes(),
                        new Random(seed),
                        4,
                        userns,
                        _ -> 200_000,
                        this::subids,
                        _ -> {})
                .resolve(request, Optional.empty(), image, ROOT);
    }

    private IdMaps subids(String user) {
        return new IdMaps(IdMap.of(new IdRange(100_000, user.length())), IdMap.of(new IdRange(200_000, user.length())));
    }

    /// By name or full id, as the engine finds them.
    private Container container(String nameOrId) {
        return containers.entrySet().stream()
                .filter(each -> each.getKey().equals(nameOrId)
                        || each.getValue().id().value().equals(nameOrId))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(
                        () -> new EngineException(EngineException.Reason.NOT_FOUND, "No such container: " + nameOrId));
    }

    Container addContainer(String name, ContainerSpec spec) {
        var container = new Container(
                spec,
                Instant.EPOCH,
                Optional.empty(),
                new Container.State(
                        Container.Status.RUNNING, 7, 0, "", false, Optional.of(Instant.EPOCH), Optional.empty()),
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Path.of("/bundle"),
                Path.of("/log"),
                new Container.HostFiles(Path.of("/hostname"), Path.of("/hosts"), Path.of("/resolv.conf")),
                List.of(),
                List.of());
        containers.put(name, container);
        return container;
    }

    void addVolume(String name, Map<String, String> options) {
        volumes.put(name, new Volume(name, Path.of("/v"), Instant.EPOCH, Map.of(), options, false, "unix:0"));
    }

    /// A body as the stock client sent it.
    static CreateRequest captured(String name) throws IOException {
        try (InputStream in = Fixtures.class.getResourceAsStream(name + ".json")) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return CreateRequest.decode(in.readAllBytes());
        }
    }

    private final class KnownVolumes implements Volumes {
        @Override
        public void carry(String name, List<CarriedIds> ids) {
            throw new UnsupportedOperationException("resolving starts nothing");
        }

        @Override
        public boolean carries(IdRange range) {
            return false;
        }

        @Override
        public List<Volume> all() {
            return List.copyOf(volumes.values());
        }

        @Override
        public Optional<Volume> find(String name) {
            return Optional.ofNullable(volumes.get(name));
        }

        @Override
        public Volume create(
                Allowed allowed,
                String name,
                String driver,
                Map<String, String> options,
                Map<String, String> labels,
                boolean anonymous) {
            throw new UnsupportedOperationException("resolving makes nothing");
        }

        @Override
        public void remove(Allowed allowed, String name, boolean force, List<String> users) {
            throw new UnsupportedOperationException("resolving removes nothing");
        }

        @Override
        public Pruned prune(Allowed allowed, Predicate<Volume> unusedAndMatching) {
            throw new UnsupportedOperationException("resolving removes nothing");
        }

        @Override
        public long size(Volume volume) {
            return 0;
        }
    }
}
