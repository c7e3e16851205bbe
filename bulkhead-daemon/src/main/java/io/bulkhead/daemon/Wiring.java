package io.bulkhead.daemon;

import io.bulkhead.access.Authorizer;
import io.bulkhead.access.RolesException;
import io.bulkhead.audit.AuditFile;
import io.bulkhead.audit.Gate;
import io.bulkhead.bundle.Undo;
import io.bulkhead.container.Engine;
import io.bulkhead.container.EngineSettings;
import io.bulkhead.container.RecentEvents;
import io.bulkhead.container.RecordingChoice;
import io.bulkhead.dockerapi.AuditTrail;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.HostFacts;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Router;
import io.bulkhead.dockerapi.access.AccessRoutes;
import io.bulkhead.dockerapi.container.ContainerRoutes;
import io.bulkhead.dockerapi.system.ApiRoutes;
import io.bulkhead.dockerapi.token.TokenRoutes;
import io.bulkhead.http.Handler;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.image.ImageStore;
import io.bulkhead.image.Images;
import io.bulkhead.network.BridgeNetworks;
import io.bulkhead.network.Networks;
import io.bulkhead.network.Settings;
import io.bulkhead.registry.RegistryClient;
import io.bulkhead.registry.RegistryConfig;
import io.bulkhead.registry.SignIn;
import io.bulkhead.roles.RolesFile;
import io.bulkhead.runtime.OciRuntime;
import io.bulkhead.sink.Sinks;
import io.bulkhead.trust.TrustPolicy;
import io.bulkhead.volume.LocalVolumes;
import io.bulkhead.volume.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Puts the parts of the engine together, in the order they need each other, and takes them apart in reverse.
final class Wiring implements AutoCloseable {

    /// The parent of all containers' control groups.
    private static final String CGROUP = "/bulkhead";

    private final Undo closing = new Undo();
    private @Nullable Handler handler;
    private @Nullable Entrance entrance;

    private Wiring() {}

    /// Nothing stays open when this fails.
    static Wiring open(Config config, Progress progress) {
        var wiring = new Wiring();
        try {
            wiring.handler = wiring.router(config, progress);
            return wiring;
        } catch (RuntimeException failure) {
            try (wiring) {
                throw failure;
            }
        }
    }

    private Router router(Config config, Progress progress) {
        Clock clock = Clock.systemUTC();
        Path state = config.state();
        progress.step("the audit record, which is checked from its beginning");
        AuditFile audit = AuditFile.open(state.resolve("audit"), config.audit().record(), clock);
        closing.add(audit::close);
        Sinks sinks = Sinks.open(state.resolve("audit"), config.audit().sinks());
        closing.add(sinks::close);
        progress.step("the roles");
        RolesFile roles = roles(config.roles());
        var gate = new Gate(new Authorizer(roles), audit);
        progress.step("the tokens and certificates");
        Entrance door = Entrance.open(config, gate, clock);
        closing.add(door::close);
        entrance = door;
        progress.step("the image store");
        var registries = RegistryConfig.standard(config.certificates());
        Images images = ImageStore.open(state.resolve("images"), new RegistryClient(registries));
        closing.add(images::close);
        Volumes volumes = LocalVolumes.open(state.resolve("volumes"));
        progress.step("the bridge and the packet filter");
        Networks networks = BridgeNetworks.open(
                state.resolve("network"), config.run().resolve("network"), network(config.bridge()));
        var events = new RecentEvents(clock);
        progress.step("the containers' true state and the versions of "
                + config.programs().runtimeBinary() + " and "
                + config.programs().monitor());
        Engine engine = Engine.open(settings(config), images, volumes, networks, events, gate, clock);
        closing.add(engine::close);
        var backend = new Backend(
                engine,
                images,
                volumes,
                networks,
                events,
                new SignIn(registries)::check,
                HostFacts.read(),
                state,
                AuditTrail.of(state.resolve("audit"), audit, sinks::status),
                clock,
                () -> Stream.concat(roles.problem().stream(), door.problems().stream())
                        .toList());
        return new Router(
                Stream.concat(
                                routes(backend, config.userns(), roles).stream(),
                                TokenRoutes.of(door.tokens(), roles, clock).stream())
                        .toList(),
                gate);
    }

    private static List<Route> routes(Backend backend, UsernsDefaults userns, RolesFile roles) {
        return Stream.of(
                        ApiRoutes.of(backend),
                        ContainerRoutes.of(backend, new TrustPolicy(), new SecureRandom(), userns, roles),
                        new AccessRoutes(backend, roles).routes())
                .flatMap(List::stream)
                .toList();
    }

    private static RolesFile roles(Path file) {
        try {
            return RolesFile.open(file);
        } catch (RolesException wrong) {
            throw new StartException(RolesFile.place(file, wrong), wrong);
        } catch (IOException unreadable) {
            throw new StartException(file + ": cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static Settings network(Config.Bridge bridge) {
        return new Settings(bridge.name(), bridge.subnet(), Settings.defaults().mtu(), Optional.empty());
    }

    private static EngineSettings settings(Config config) {
        return new EngineSettings(
                config.state(),
                config.run(),
                config.ids(),
                config.staticIds(),
                switch (config.programs().runtime()) {
                    case CRUN -> OciRuntime.Kind.CRUN;
                    case RUNC -> OciRuntime.Kind.RUNC;
                },
                config.programs().runtimeBinary(),
                config.programs().monitor(),
                CGROUP,
                switch (config.recording()) {
                    case AUTO -> RecordingChoice.AUTO;
                    case EBPF -> RecordingChoice.EBPF;
                    case LOG -> RecordingChoice.LOG;
                },
                config.logLimit());
    }

    Entrance entrance() {
        if (entrance == null) {
            throw new IllegalStateException("not wired");
        }
        return entrance;
    }

    Handler handler() {
        if (handler == null) {
            throw new IllegalStateException("not wired");
        }
        return handler;
    }

    /// Everything is closed, whatever fails meanwhile.
    @Override
    public void close() {
        closing.close();
    }
}
