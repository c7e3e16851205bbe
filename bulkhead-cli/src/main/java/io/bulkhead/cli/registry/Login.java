package io.bulkhead.cli.registry;

import java.util.LinkedHashMap;
import java.util.Map;

/// What a user shows a registry: a name with a password, or with a token the registry gave in its place. What is not
/// known is empty.
public record Login(String user, String password, String token) {

    static Login withPassword(String user, String password) {
        return new Login(user, password, "");
    }

    /// Docker's `AuthConfig`, for the daemon.
    ///
    /// @param server as [Server] writes it
    public Map<String, String> authConfig(String server) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("username", user);
        fields.put("password", password);
        if (!token.isEmpty()) {
            fields.put("identitytoken", token);
        }
        fields.put("serveraddress", server);
        return fields;
    }

    /// Without what is secret.
    @Override
    public String toString() {
        return "login of " + user;
    }
}
