package io.bulkhead.cli.registry;

import io.bulkhead.cli.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The logins of the user, where Docker's own client keeps them: with the program that `credHelpers` or `credsStore`
/// names, else in `auths` of the file itself. Whatever else is in the file stays as it is.
///
/// A server is written as [Server] does.
public final class Logins {

    private static final String AUTHS = "auths";
    private static final String STORE = "credsStore";
    private static final String HELPERS = "credHelpers";

    private final ConfigFile file;
    private final Map<String, String> environment;

    public Logins(Map<String, String> environment) {
        this.environment = environment;
        this.file = ConfigFile.of(environment);
    }

    public Optional<Login> find(String server) {
        Json config = file.read();
        Optional<CredentialHelper> helper = helper(config, server);
        return helper.isPresent() ? helper.get().get(server) : written(config, server);
    }

    /// @return the file that holds the secret in readable form, if one does
    Optional<Path> keep(String server, Login login) {
        Json config = file.read();
        Optional<CredentialHelper> helper = helper(config, server);
        helper.ifPresent(program -> program.store(server, login));
        Map<String, Object> changed = new LinkedHashMap<>(config.fields());
        Map<String, Object> auths = new LinkedHashMap<>(config.at(AUTHS).fields());
        auths.put(server, helper.isPresent() ? Map.of() : entry(login));
        changed.put(AUTHS, auths);
        helper.filter(_ -> usual(config).isPresent()).ifPresent(program -> changed.put(STORE, program.name()));
        file.replace(changed);
        return helper.isPresent() ? Optional.empty() : Optional.of(file.path());
    }

    /// Under every name that some client may have given it.
    void forget(String server) {
        Json config = file.read();
        Map<String, Object> auths = new LinkedHashMap<>(config.at(AUTHS).fields());
        Set<String> names = new LinkedHashSet<>(Set.of(server));
        auths.keySet().stream()
                .filter(name -> Server.hostname(name).equals(server))
                .forEach(names::add);
        for (String name : names) {
            helper(config, name).ifPresent(program -> program.erase(name));
        }
        if (auths.keySet().removeAll(names)) {
            Map<String, Object> changed = new LinkedHashMap<>(config.fields());
            changed.put(AUTHS, auths);
            file.replace(changed);
        }
    }

    /// A helper of its own comes before the one for all; one that is named by nothing keeps nothing.
    private Optional<CredentialHelper> helper(Json config, String server) {
        Json own = config.at(HELPERS, server);
        return Optional.of(own.exists() ? own : config.at(STORE))
                .map(Json::text)
                .filter(name -> !name.isEmpty())
                .or(() -> usual(config))
                .map(name -> new CredentialHelper(name, environment));
    }

    /// As Docker's client, a configuration that knows nothing of logins yet uses the keyring whose helper is installed.
    private Optional<String> usual(Json config) {
        boolean decided = !config.at(STORE).text().isEmpty()
                || !config.at(HELPERS).fields().isEmpty()
                || !config.at(AUTHS).fields().isEmpty();
        String name = SearchPath.of(environment).program("pass").isPresent() ? "pass" : "secretservice";
        return decided || !CredentialHelper.isInstalled(name, environment) ? Optional.empty() : Optional.of(name);
    }

    private static Map<String, String> entry(Login login) {
        Map<String, String> entry = new LinkedHashMap<>();
        String pair = login.user() + ":" + login.password();
        entry.put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        if (!login.token().isEmpty()) {
            entry.put("identitytoken", login.token());
        }
        return entry;
    }

    private static Optional<Login> written(Json config, String server) {
        Map<String, Json> auths = config.at(AUTHS).fields();
        return Optional.ofNullable(auths.get(server))
                .or(() -> auths.entrySet().stream()
                        .filter(each -> Server.hostname(each.getKey()).equals(server))
                        .map(Map.Entry::getValue)
                        .findFirst())
                .map(Logins::read)
                .filter(login -> !login.user().isEmpty() || !login.token().isEmpty());
    }

    private static Login read(Json entry) {
        String pair = decoded(entry.at("auth").text());
        int colon = pair.indexOf(':');
        String token = entry.at("identitytoken").text();
        return colon < 0
                ? new Login(entry.at("username").text(), entry.at("password").text(), token)
                : new Login(pair.substring(0, colon), pair.substring(colon + 1), token);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
