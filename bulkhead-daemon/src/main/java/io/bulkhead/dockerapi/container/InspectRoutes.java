package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Operation;
import io.bulkhead.container.Container;
import io.bulkhead.container.Containers;
import io.bulkhead.container.Posture;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.show.CapabilityReach;
import io.bulkhead.dockerapi.show.ContainerFields;
import io.bulkhead.network.Network;
import io.bulkhead.seccomp.OtherEngine;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Routes that look at one container: inspect, its processes, and what really holds it in.
final class InspectRoutes {

    private final Backend backend;
    private final ContainerFields fields;

    InspectRoutes(Backend backend) {
        this.backend = backend;
        this.fields = new ContainerFields(
                name -> backend.networks().find(name).map(Network::id).orElse(""));
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/containers/{id}/json", Operation.CONTAINER_INSPECT, this::inspect),
                new Route("GET", "/containers/{id}/top", Operation.CONTAINER_TOP, this::top),
                new Route("GET", "/bulkhead/v1/containers/{id}/posture", Operation.POSTURE_READ, this::posture));
    }

    private void inspect(Call call) throws IOException {
        Container container = Subject.of(call, backend).container();
        boolean environment =
                call.lists(Operation.CONTAINER_ENVIRONMENT, container.spec().target());
        var answer = fields.inspected(container, environment);
        if (Query.flag(call.exchange(), "size")) {
            answer.putAll(Sizes.of(container, backend));
        }
        Json.answer(call.exchange(), 200, answer);
    }

    private void top(Call call) throws IOException {
        Subject subject = Subject.of(call, backend);
        Containers.ProcessTable table = backend.containers()
                .top(
                        subject.allowed(),
                        subject.id(),
                        Query.given(call.exchange(), "ps_args").orElse("-ef"));
        Json.answer(call.exchange(), 200, Json.object("Titles", table.titles(), "Processes", table.processes()));
    }

    private void posture(Call call) throws IOException {
        Subject subject = Subject.of(call, backend);
        Posture posture = backend.containers().posture(subject.allowed(), subject.id());
        Json.answer(
                call.exchange(),
                200,
                Json.object(
                        "Id", subject.id().value(),
                        "Name", subject.container().spec().name().value(),
                        "Pid", posture.pid(),
                        "UidMap", posture.uidMap(),
                        "GidMap", posture.gidMap(),
                        "Capabilities", new TreeMap<>(posture.capabilities()),
                        "CapabilityReach", CapabilityReach.of(subject.container(), posture),
                        "SeccompMode", posture.seccompMode(),
                        "Filters", posture.filters(),
                        "ReachableCalls", new TreeMap<>(posture.reachableCalls()),
                        "WatchedCalls", new TreeMap<>(posture.watchedCalls()),
                        "OtherEngines", otherEngines(),
                        "UnnamedNumbers", new TreeMap<>(posture.unnamedNumbers()),
                        "CallsNamedBy", posture.callsNamedBy(),
                        "NoNewPrivileges", posture.noNewPrivileges(),
                        "Label", posture.label(),
                        "Namespaces", new TreeMap<>(posture.namespaces()),
                        "Mounts", posture.mounts()));
    }

    /// Reachable calls of their default profiles, all tables together, for comparison.
    private static Map<String, Integer> otherEngines() {
        return OtherEngine.DEFAULTS.stream()
                .collect(Collectors.toMap(OtherEngine::name, OtherEngine::entries, (one, _) -> one, TreeMap::new));
    }
}
