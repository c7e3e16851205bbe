package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Refusal;
import io.bulkhead.dockerapi.RegistryLogin;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.image.RegistryAuth;
import io.bulkhead.image.ImageException;
import io.bulkhead.image.Images.Credentials;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// `POST /auth`, for `docker login`.
final class LoginRoutes {

    private static final String DOCKER_HUB = "docker.io";

    private final RegistryLogin login;

    LoginRoutes(RegistryLogin login) {
        this.login = login;
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/auth", Operation.SYSTEM_AUTH, this::check));
    }

    private void check(Call call) throws IOException {
        JsonNode auth = Json.readSecret(call.exchange());
        Credentials credentials = RegistryAuth.credentials(auth);
        String registry = auth.path("serveraddress").asString("");
        call.allow(Target.object("registry:" + Names.shown(registry.isEmpty() ? DOCKER_HUB : registry)));
        try {
            login.check(registry.isEmpty() ? DOCKER_HUB : registry, credentials);
        } catch (ImageException failure) {
            if (failure.reason() == ImageException.Reason.UNAUTHORIZED) {
                throw new Refusal(401, String.valueOf(failure.getMessage()));
            }
            throw failure;
        }
        Json.answer(call.exchange(), 200, Json.object("Status", "Login Succeeded", "IdentityToken", ""));
    }
}
