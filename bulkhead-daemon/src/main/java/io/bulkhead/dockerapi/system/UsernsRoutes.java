package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.Container;
import io.bulkhead.container.Containers;
import io.bulkhead.container.Containers.IdKind;
import io.bulkhead.container.Containers.IdOwner;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdNumber;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which container has which ids of the host, and who ids are on the other side.
final class UsernsRoutes {

    private static final String ALL = "/bulkhead/v1/userns";

    private final Backend backend;
    private final Containers containers;

    UsernsRoutes(Backend backend) {
        this.backend = backend;
        containers = backend.containers();
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", ALL + "/static", Operation.USERNS_READ, this::agreed),
                new Route("DELETE", ALL + "/static/{name}", Operation.USERNS_FORGET, this::forget),
                new Route("GET", ALL, Operation.USERNS_READ, this::list),
                new Route("GET", ALL + "/host/{id}", Operation.USERNS_READ, this::owners),
                new Route("GET", ALL + "/containers/{id}", Operation.USERNS_READ, this::hostUser));
    }

    private void list(Call call) throws IOException {
        var _ = call.allow(Target.object("userns"));
        Json.answer(
                call.exchange(),
                200,
                containers.all().stream()
                        .filter(container -> call.sees(container.spec().target()))
                        .map(UsernsRoutes::maps)
                        .toList());
    }

    private static Map<String, @Nullable Object> maps(Container container) {
        var json = named(container);
        json.put("Mode", container.spec().isolation().userns().spelling());
        json.put("UidMap", container.idMaps().map(maps -> lines(maps.users())).orElse(List.of()));
        json.put("GidMap", container.idMaps().map(maps -> lines(maps.groups())).orElse(List.of()));
        return json;
    }

    private static Map<String, @Nullable Object> named(Container container) {
        return Json.object(
                "Id", container.id().value(),
                "Name", container.spec().name().value(),
                "State", container.state().status().spelling());
    }

    private void agreed(Call call) throws IOException {
        Allowed allowed = call.allow(Target.object("userns"));
        Json.answer(
                call.exchange(),
                200,
                containers.agreedIds(allowed).entrySet().stream()
                        .map(each -> Json.object(
                                "Name", each.getKey(),
                                "First", each.getValue().first(),
                                "Count", each.getValue().count()))
                        .toList());
    }

    private void forget(Call call) throws IOException {
        String name = call.path("name");
        containers.forgetIds(call.allow(Target.object("userns:" + Names.shown(name))), name);
        call.exchange().answerEmpty(204);
    }

    private static List<String> lines(IdMap map) {
        return map.lines().stream().map(IdMap.Line::toString).toList();
    }

    /// `kind` is `uid`, which it is without it, or `gid`.
    private void owners(Call call) throws IOException {
        long id = id(call.path("id"));
        IdKind kind = switch (Query.given(call.exchange(), "kind").orElse("uid")) {
            case "uid" -> IdKind.USER;
            case "gid" -> IdKind.GROUP;
            default -> throw new EngineException(Reason.INVALID, "kind: it is uid or gid");
        };
        Allowed allowed = call.allow(Target.object("userns"));
        Json.answer(
                call.exchange(),
                200,
                containers.owners(allowed, kind, id).stream()
                        .filter(owner -> call.sees(owner.container().spec().target()))
                        .map(UsernsRoutes::owner)
                        .toList());
    }

    private static long id(String text) {
        return IdNumber.parse(text)
                .orElseThrow(
                        () -> new EngineException(Reason.INVALID, "`" + Names.shown(text) + "` is no id of the host"));
    }

    private static Map<String, @Nullable Object> owner(IdOwner owner) {
        var json = named(owner.container());
        json.put("Mode", owner.container().spec().isolation().userns().spelling());
        json.put("Inside", owner.inside());
        json.put("InsideName", owner.name().orElse(""));
        return json;
    }

    /// `user` as `--user` takes it; root without it.
    private void hostUser(Call call) throws IOException {
        Container container = new Seen(call, backend).container(call.path("id"));
        String user = Query.given(call.exchange(), "user").orElse("0");
        Allowed allowed = call.allow(Target.object("userns"));
        Containers.HostUser found = containers.hostUser(allowed, container.id(), user);
        var json = named(container);
        json.putAll(Json.object(
                "Uid", found.uid(), "Gid", found.gid(), "HostUid", found.hostUid(), "HostGid", found.hostGid()));
        Json.answer(call.exchange(), 200, json);
    }
}
