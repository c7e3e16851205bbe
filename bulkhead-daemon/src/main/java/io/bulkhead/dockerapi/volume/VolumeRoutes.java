package io.bulkhead.dockerapi.volume;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.dockerapi.Announcer;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Filters;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.dockerapi.json.RequestBody;
import io.bulkhead.dockerapi.json.StrictJson;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.Names;
import io.bulkhead.volume.Volume;
import io.bulkhead.volume.VolumeException;
import io.bulkhead.volume.Volumes;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Routes about volumes.
public final class VolumeRoutes {

    private static final Set<String> LIST = Set.of("dangling", "driver", "label", "label!", "name");
    private static final Set<String> PRUNE = Set.of("all", "label", "label!");

    private final Backend backend;
    private final Volumes volumes;
    private final Announcer announcer;
    private final RandomGenerator randomness = new SecureRandom();

    public VolumeRoutes(Backend backend) {
        this.backend = backend;
        this.volumes = backend.volumes();
        this.announcer = new Announcer(backend);
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/volumes", Operation.VOLUME_LIST, this::list),
                new Route("POST", "/volumes/create", Operation.VOLUME_CREATE, this::create),
                new Route("GET", "/volumes/{name}", Operation.VOLUME_INSPECT, this::inspect),
                new Route("DELETE", "/volumes/{name}", Operation.VOLUME_REMOVE, this::remove),
                new Route("POST", "/volumes/prune", Operation.VOLUME_PRUNE, this::prune));
    }

    /// One that the caller is about to make, or has removed.
    private static Target.OfVolume absent(Call call, String name) {
        return new Target.OfVolume(Names.shown(name), call.exchange().caller().subject());
    }

    /// The containers that use it, by id where the caller may know of them.
    private List<String> users(Call call, String volume) {
        Set<String> seen = new Seen(call, backend)
                .containers().stream().map(container -> container.id().value()).collect(Collectors.toSet());
        return new VolumeUsers(backend)
                .of(volume).stream()
                        .map(id -> seen.contains(id) ? id : "another container")
                        .toList();
    }

    private void list(Call call) throws IOException {
        call.allow(Target.none());
        Filters filters = Filters.of(call.exchange(), LIST);
        var users = new VolumeUsers(backend);
        Optional<Boolean> dangling = filters.flag("dangling");
        List<Map<String, @Nullable Object>> found = new Seen(call, backend)
                .volumes().stream()
                        .filter(volume -> filters.allows("driver", "local")
                                && filters.labelsMatch(VolumeFields.labels(volume))
                                && nameFits(filters, volume.name())
                                && dangling.map(unused -> unused
                                                == users.of(volume.name()).isEmpty())
                                        .orElse(true))
                        .map(VolumeFields::of)
                        .toList();
        Json.answer(call.exchange(), 200, Json.object("Volumes", found, "Warnings", null));
    }

    /// As Docker: a part of the name is enough.
    private static boolean nameFits(Filters filters, String name) {
        return !filters.has("name") || filters.values("name").stream().anyMatch(name::contains);
    }

    /// Docker's `VolumeCreateOptions`.
    record CreateRequest(
            @Nullable String name,
            @Nullable String driver,
            @Nullable Map<String, String> driverOpts,
            @Nullable Map<String, String> labels,
            @Nullable Object clusterVolumeSpec) {}

    private void create(Call call) throws IOException {
        CreateRequest request = StrictJson.decode(RequestBody.json(call.exchange()), CreateRequest.class);
        if (request.clusterVolumeSpec != null) {
            throw new VolumeException(
                    VolumeException.Reason.INVALID, "create: ClusterVolumeSpec needs a swarm, and there is none here");
        }
        boolean anonymous = request.name == null || request.name.isEmpty();
        String name = anonymous ? ContainerId.random(randomness).toString() : orEmpty(request.name);
        boolean isNew = volumes.find(name).isEmpty();
        Target.OfVolume target = volumes.find(name).map(Volume::target).orElseGet(() -> absent(call, name));
        Allowed allowed = call.allow(target, privileges(orEmpty(request.driverOpts)));
        Volume volume = volumes.create(
                allowed,
                name,
                orEmpty(request.driver),
                orEmpty(request.driverOpts),
                orEmpty(request.labels),
                anonymous);
        if (isNew) {
            announcer.volume("create", volume.target());
        }
        Json.answer(call.exchange(), 201, VolumeFields.of(volume));
    }

    /// A volume that is a path of the host is as good as that path.
    private static Set<Privilege> privileges(Map<String, String> options) {
        return options.containsKey("device")
                ? Set.of(new Privilege.VolumeBind(options.getOrDefault("device", "")))
                : Set.of();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private void inspect(Call call) throws IOException {
        Volume volume = new Seen(call, backend).volume(call.path("name"));
        call.allow(volume.target());
        Json.answer(call.exchange(), 200, VolumeFields.of(volume));
    }

    private void remove(Call call) throws IOException {
        String name = call.path("name");
        boolean force = Query.flag(call.exchange(), "force");
        boolean there = volumes.find(name).isPresent();
        Target.OfVolume target =
                there || !force ? new Seen(call, backend).volume(name).target() : absent(call, name);
        Allowed allowed = call.allow(target);
        volumes.remove(allowed, name, force, users(call, name));
        if (there) {
            announcer.volume("destroy", target);
        }
        call.exchange().answerEmpty(204);
    }

    /// Only anonymous volumes, unless the filter `all` is set; before API 1.42 all.
    private void prune(Call call) throws IOException {
        Filters filters = Filters.of(call.exchange(), PRUNE);
        boolean all = filters.flag("all").orElse(!call.version().atLeast(1, 42));
        Allowed allowed = call.allow(Target.none());
        Volumes.Pruned pruned = volumes.prune(
                allowed,
                volume -> call.lists(volume.target())
                        && (all || volume.anonymous())
                        && filters.labelsMatch(VolumeFields.labels(volume))
                        // Asked for each volume anew: a container may have been made since.
                        && new VolumeUsers(backend).of(volume.name()).isEmpty());
        pruned.names().forEach(name -> announcer.volume("destroy", absent(call, name)));
        announcer.pruned("volume", pruned.bytes());
        Json.answer(
                call.exchange(), 200, Json.object("VolumesDeleted", pruned.names(), "SpaceReclaimed", pruned.bytes()));
    }
}
