package io.bulkhead.cli.registry;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonException;
import io.bulkhead.cli.json.JsonText;
import io.bulkhead.cli.verb.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A program `docker-credential-NAME` that keeps logins, for example in a keyring. It is told what to do by its one
/// argument and about what by its standard input, and answers on its standard output, with its complaints too.
final class CredentialHelper {

    private static final String PREFIX = "docker-credential-";

    /// The name a token is kept under.
    private static final String TOKEN = "<token>";

    private static final String NOT_FOUND = "credentials not found in native keychain";
    private static final int LONGEST_ANSWER = 1 << 20;
    private static final int LONGEST_COMPLAINT = 200;

    private final String name;
    private final Map<String, String> environment;

    CredentialHelper(String name, Map<String, String> environment) {
        this.name = name;
        this.environment = environment;
    }

    static boolean isInstalled(String name, Map<String, String> environment) {
        return SearchPath.of(environment).program(PREFIX + name).isPresent();
    }

    String name() {
        return name;
    }

    Optional<Login> get(String server) {
        String said = ask("get", server).orElse("");
        if (said.isEmpty()) {
            return Optional.empty();
        }
        try {
            Json answer = Json.read(said.getBytes(StandardCharsets.UTF_8));
            String user = answer.at("Username").text();
            String secret = answer.at("Secret").text();
            return Optional.of(user.equals(TOKEN) ? new Login("", "", secret) : Login.withPassword(user, secret));
        } catch (JsonException _) {
            // The parser's message would quote the answer.
            throw failed("get", "its answer is not JSON");
        }
    }

    void store(String server, Login login) {
        boolean token = !login.token().isEmpty();
        Object _ = ask(
                "store",
                JsonText.compact(Map.of(
                        "ServerURL", server,
                        "Username", token ? TOKEN : login.user(),
                        "Secret", token ? login.token() : login.password())));
    }

    void erase(String server) {
        Object _ = ask("erase", server);
    }

    /// @return what it says; nothing when it has no login for what it was asked
    private Optional<String> ask(String action, String input) {
        try {
            Process program = start(action);
            try (var stdin = program.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                // One that ends without reading says why by its exit code.
            }
            byte[] bytes = program.getInputStream().readNBytes(LONGEST_ANSWER);
            String said = new String(bytes, StandardCharsets.UTF_8).strip();
            int code = program.waitFor();
            if (code == 0) {
                return Optional.of(said);
            }
            if (said.equals(NOT_FOUND)) {
                return Optional.empty();
            }
            throw failed(action, "exit status " + code + complaint(said));
        } catch (IOException failure) {
            throw failed(action, String.valueOf(failure.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw failed(action, "interrupted");
        }
    }

    private Process start(String action) throws IOException {
        var builder = new ProcessBuilder(program().toString(), action)
                // It may have to ask the user for a pass phrase.
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Path program() {
        return SearchPath.of(environment)
                .program(PREFIX + name)
                .orElseThrow(() -> new Failure("the credential helper " + PREFIX + name
                        + ", which the Docker configuration names, is not on the PATH"));
    }

    /// One that fails after it has begun an answer must not have it shown.
    private static String complaint(String said) {
        return said.isEmpty() || said.contains("{") || said.length() > LONGEST_COMPLAINT ? "" : ": " + said;
    }

    private Failure failed(String action, String problem) {
        return new Failure("the credential helper " + PREFIX + name + " failed to " + action + ": " + problem);
    }
}
