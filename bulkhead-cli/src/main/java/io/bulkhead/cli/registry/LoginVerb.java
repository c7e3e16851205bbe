package io.bulkhead.cli.registry;

import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.terminal.Prompt;
import io.bulkhead.cli.terminal.Tty;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "login", description = "Authenticate to a registry")
public final class LoginVerb extends Verb {

    private static final int UNAUTHORIZED = 401;

    @Option(
            names = {"-u", "--username"},
            paramLabel = "NAME",
            description = "Username")
    String user = "";

    @Option(
            names = {"-p", "--password"},
            paramLabel = "TEXT",
            description = "Password; others on this machine can read it there")
    String password = "";

    @Option(names = "--password-stdin", description = "Take the password from stdin")
    boolean passwordFromInput;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVER", description = "Docker Hub when none is given")
    String address = "";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        String given = given();
        String server = Server.of(address);
        var logins = new Logins(console().environment());
        Optional<Login> known = user.isEmpty() && given.isEmpty() ? logins.find(server) : Optional.empty();
        if (known.filter(login -> !login.password().isEmpty()).isPresent() && again(server, known.get(), logins)) {
            return 0;
        }
        Login login = asked(server, given, known.map(Login::user).orElse(""));
        keep(logins, server, login, api().post("/auth", login.authConfig(server)));
        return 0;
    }

    /// The password the options give; empty when it is to be asked for.
    private String given() {
        if (!passwordFromInput) {
            if (!password.isEmpty()) {
                warn("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
            }
            return password;
        }
        if (!password.isEmpty()) {
            throw new Failure("--password and --password-stdin are mutually exclusive");
        }
        if (user.isEmpty()) {
            throw new Failure("Must provide --username with --password-stdin");
        }
        try {
            String line = new String(console().in().readAllBytes(), StandardCharsets.UTF_8);
            line = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
            return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        } catch (IOException failure) {
            throw new Failure("cannot read the password: " + failure.getMessage());
        }
    }

    /// Tries what is kept already.
    private boolean again(String server, Login login, Logins logins) {
        warn("Authenticating with existing credentials...");
        try {
            keep(logins, server, login, api().post("/auth", login.authConfig(server)));
            return true;
        } catch (ApiException refusal) {
            if (refusal.status() != UNAUTHORIZED) {
                throw refusal;
            }
            warn("Login did not succeed, error: " + refusal.getMessage());
            return false;
        }
    }

    private Login asked(String server, String given, String usual) {
        if ((user.isEmpty() || given.isEmpty()) && !Tty.is(0)) {
            throw new Failure(
                    passwordFromInput
                            ? "password is empty"
                            : "Cannot perform an interactive login from a non TTY device: use --username and"
                                    + " --password-stdin");
        }
        String name = user.isEmpty() ? name(server, usual) : user;
        String secret = given.isEmpty() ? Prompt.unseen(console(), "Password: ") : given;
        if (secret.isEmpty()) {
            throw new Failure("password is required");
        }
        return Login.withPassword(name, secret);
    }

    private String name(String server, String usual) {
        if (server.equals(Server.HUB)) {
            say("Log in with your Docker ID to use images of Docker Hub.");
        }
        String typed = Prompt.line(console(), usual.isEmpty() ? "Username: " : "Username (" + usual + "): ")
                .strip();
        String name = typed.isEmpty() ? usual : typed;
        if (name.isEmpty()) {
            throw new Failure("username is required");
        }
        return name;
    }

    /// A registry may give a token to be kept in place of the password.
    private void keep(Logins logins, String server, Login login, Json answer) {
        String token = answer.at("IdentityToken").text();
        Login kept = token.isEmpty() ? login : new Login(login.user(), "", token);
        logins.keep(server, kept)
                .filter(_ -> token.isEmpty())
                .ifPresent(file -> warn("WARNING! Your password will be stored unencrypted in " + file
                        + ".\nConfigure a credential helper to remove this warning. See\n"
                        + "https://docs.docker.com/go/credential-store/\n"));
        say(answer.at("Status").text());
    }

    private void warn(String text) {
        console().flush();
        console().err().println(text);
    }
}
