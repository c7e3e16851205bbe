package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.EngineInfo;
import io.bulkhead.dockerapi.ApiVersion;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.HostFacts;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Release;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.http.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `_ping`, `version` and `info`.
final class SystemRoutes {

    private final Backend backend;

    SystemRoutes(Backend backend) {
        this.backend = backend;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/_ping", Operation.SYSTEM_PING, SystemRoutes::ping),
                new Route("HEAD", "/_ping", Operation.SYSTEM_PING, SystemRoutes::ping),
                new Route("GET", "/version", Operation.SYSTEM_VERSION, this::version),
                new Route("GET", "/info", Operation.SYSTEM_INFO, this::info));
    }

    private static void ping(Call call) throws IOException {
        call.allow(Target.none());
        Exchange exchange = call.exchange();
        // 1 is the builder that sends the context to `POST /build`, whose answer the client prints.
        exchange.setHeader("Builder-Version", "1");
        exchange.setHeader("Swarm", "inactive");
        exchange.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
        exchange.setHeader("Pragma", "no-cache");
        byte[] body = exchange.method().equals("HEAD") ? new byte[0] : "OK".getBytes(StandardCharsets.US_ASCII);
        exchange.answer(200, "text/plain; charset=utf-8", body);
    }

    private void version(Call call) throws IOException {
        call.allow(Target.none());
        EngineInfo engine = backend.containers().info();
        HostFacts host = backend.host();
        Map<String, @Nullable Object> own = Json.object(
                "Version", Release.version(),
                "ApiVersion", ApiVersion.CURRENT.toString(),
                "MinAPIVersion", ApiVersion.MINIMUM.toString(),
                "GitCommit", "",
                "GoVersion", "none (Java " + Runtime.version() + ")",
                "Os", "linux",
                "Arch", host.goArchitecture(),
                "KernelVersion", host.kernelVersion(),
                "BuildTime", "");
        var details = new java.util.LinkedHashMap<>(own);
        details.remove("Version");
        details.put("Experimental", "false");
        Map<String, @Nullable Object> answer = Json.object(
                "Platform",
                Map.of("Name", "Bulkhead Engine"),
                "Components",
                List.of(
                        Json.object("Name", "Engine", "Version", Release.version(), "Details", details),
                        component(engine.runtime(), engine.runtimeVersion()),
                        component("conmon", engine.monitorVersion())));
        answer.putAll(own);
        Json.answer(call.exchange(), 200, answer);
    }

    private static Map<String, @Nullable Object> component(String name, String version) {
        return Json.object("Name", name, "Version", version, "Details", Map.of("GitCommit", ""));
    }

    private void info(Call call) throws IOException {
        call.allow(Target.none());
        Json.answer(call.exchange(), 200, new InfoAnswer(backend, new Seen(call, backend)).fields());
    }
}
