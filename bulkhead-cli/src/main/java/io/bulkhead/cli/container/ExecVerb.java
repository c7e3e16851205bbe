package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.create.KeyValues;
import io.bulkhead.cli.terminal.Session;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "exec", description = "Execute a command in a running container")
public final class ExecVerb extends Verb {

    @Option(
            names = {"-i", "--interactive"},
            arity = "0..1",
            fallbackValue = "true",
            description = "Keep STDIN open even if not attached")
    boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            arity = "0..1",
            fallbackValue = "true",
            description = "Allocate a pseudo-TTY")
    boolean tty;

    @Option(
            names = {"-d", "--detach"},
            arity = "0..1",
            fallbackValue = "true",
            description = "Detached mode: run command in the background")
    boolean detach;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "Username or UID")
    String user = "";

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "PATH",
            description = "Working directory inside the container")
    String workdir = "";

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set environment variables")
    List<String> env = new ArrayList<>();

    @Option(names = "--env-file", paramLabel = "FILE", description = "Read in a file of environment variables")
    List<String> envFiles = new ArrayList<>();

    @Option(names = "--privileged", description = "Give extended privileges to the command")
    boolean privileged;

    @Option(
            names = "--detach-keys",
            paramLabel = "KEYS",
            description = "Override the key sequence for detaching a container")
    String detachKeys = "";

    @Completes(Known.RUNNING)
    @Parameters(index = "0", paramLabel = "CONTAINER")
    String container = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND")
    List<String> command = new ArrayList<>();

    @Override
    public boolean takesCommand() {
        return true;
    }

    @Override
    protected int run() {
        Streams.requireTerminal(tty, interactive && !detach);
        String id = api().post(Paths.of(container, "/exec"), body()).at("Id").text();
        try {
            if (detach) {
                api().post("/exec/" + id + "/start", Map.of("Detach", true, "Tty", tty));
                return 0;
            }
            return attached(id);
        } catch (ApiException refusal) {
            int code = ExitCodes.ofRefusal(String.valueOf(refusal.getMessage()));
            throw new Failure(code == ExitCodes.DAEMON ? 1 : code, String.valueOf(refusal.getMessage()));
        }
    }

    private int attached(String id) {
        Answer connection = api().hijack("/exec/" + id + "/start", Map.of("Detach", false, "Tty", tty));
        var streams = new Streams(api(), console(), container);
        Session.End end = streams.join(connection, tty, interactive, detachKeys, "/exec/" + id + "/resize");
        if (end == Session.End.DETACHED) {
            return 0;
        }
        return (int) api().get("/exec/" + id + "/json").at("ExitCode").number();
    }

    private Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("User", user);
        body.put("Privileged", privileged);
        body.put("Tty", tty);
        body.put("AttachStdin", interactive && !detach);
        body.put("AttachStderr", !detach);
        body.put("AttachStdout", !detach);
        body.put("DetachKeys", detachKeys);
        List<String> environment = KeyValues.environment(envFiles, env, console());
        body.put("Env", environment.isEmpty() ? null : environment);
        body.put("WorkingDir", workdir);
        body.put("Cmd", command);
        return body;
    }
}
