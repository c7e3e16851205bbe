package io.bulkhead.cli.create;

import io.bulkhead.cli.verb.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What runs, as whom, with which streams and labels.
final class ProcessOptions {

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
            names = {"-a", "--attach"},
            paramLabel = "STREAM",
            description = "Attach to STDIN, STDOUT or STDERR")
    List<String> attach = new ArrayList<>();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set environment variables")
    List<String> env = new ArrayList<>();

    @Option(names = "--env-file", paramLabel = "FILE", description = "Read in a file of environment variables")
    List<String> envFiles = new ArrayList<>();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "NAME[=VALUE]",
            description = "Set meta data on a container")
    List<String> labels = new ArrayList<>();

    @Option(names = "--label-file", paramLabel = "FILE", description = "Read in a line delimited file of labels")
    List<String> labelFiles = new ArrayList<>();

    @Option(names = "--annotation", paramLabel = "NAME=VALUE", description = "Add an annotation to the container")
    List<String> annotations = new ArrayList<>();

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "Username or UID")
    String user = "";

    @Option(names = "--group-add", paramLabel = "GROUP", description = "Add additional groups to join")
    List<String> groups = new ArrayList<>();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "PATH",
            description = "Working directory inside the container")
    String workdir = "";

    @Option(
            names = "--entrypoint",
            paramLabel = "COMMAND",
            description = "Overwrite the default ENTRYPOINT of the image")
    @Nullable
    String entrypoint;

    @Option(
            names = "--init",
            arity = "0..1",
            fallbackValue = "true",
            description = "Run an init inside the container that forwards signals and reaps processes")
    @Nullable
    Boolean init;

    @Option(names = "--stop-signal", paramLabel = "SIGNAL", description = "Signal to stop the container")
    String stopSignal = "";

    @Option(names = "--stop-timeout", paramLabel = "SECONDS", description = "Timeout (in seconds) to stop a container")
    String stopTimeout = "";

    @Option(
            names = "--restart",
            paramLabel = "POLICY",
            description = "Restart policy to apply when a container exits (no, always, unless-stopped, on-failure[:N])")
    String restart = "no";

    @Option(
            names = "--rm",
            arity = "0..1",
            fallbackValue = "true",
            description = "Automatically remove the container and its anonymous volumes when it exits")
    boolean remove;

    @Option(names = "--log-driver", paramLabel = "DRIVER", description = "Logging driver for the container")
    String logDriver = "";

    @Option(names = "--log-opt", paramLabel = "NAME=VALUE", description = "Log driver options")
    List<String> logOptions = new ArrayList<>();

    @Option(names = "--runtime", paramLabel = "NAME", description = "Runtime to use for this container")
    String runtime = "";

    boolean attaches(String stream) {
        List<String> names =
                attach.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        for (String name : names) {
            if (!List.of("stdin", "stdout", "stderr").contains(name)) {
                throw Invalid.argument(name, "-a, --attach", "valid streams are STDIN, STDOUT and STDERR");
            }
        }
        return names.isEmpty() ? !stream.equals("stdin") || interactive : names.contains(stream);
    }

    /// @param detached `run -d`: nobody looks at the streams
    void addTo(Map<String, Object> body, boolean detached, Console console) {
        boolean stdin = attaches("stdin") && !detached;
        body.put("User", user);
        body.put("AttachStdin", stdin);
        body.put("AttachStdout", attaches("stdout") && !detached);
        body.put("AttachStderr", attaches("stderr") && !detached);
        body.put("Tty", tty);
        body.put("OpenStdin", interactive);
        body.put("StdinOnce", interactive && stdin);
        List<String> environment = KeyValues.environment(envFiles, env, console);
        body.put("Env", Body.orNull(environment));
        body.put("WorkingDir", workdir);
        body.put("Entrypoint", entrypoint == null ? null : List.of(entrypoint));
        body.put("Labels", KeyValues.labels(labelFiles, labels));
        if (!stopSignal.isEmpty()) {
            body.put("StopSignal", stopSignal);
        }
        if (!stopTimeout.isEmpty()) {
            body.put("StopTimeout", Invalid.parse(stopTimeout, "--stop-timeout", Integer::valueOf));
        }
    }

    void addToHost(Map<String, Object> host) {
        Map<String, Object> policy = RestartPolicy.parse(restart);
        if (remove && !List.of("", "no").contains(String.valueOf(policy.get("Name")))) {
            throw Invalid.option("conflicting options: cannot specify both --restart and --rm");
        }
        if (logDriver.equals("none") && !logOptions.isEmpty()) {
            throw Invalid.option("invalid logging opts for driver none");
        }
        host.put("LogConfig", Body.object("Type", logDriver, "Config", KeyValues.map(logOptions)));
        host.put("RestartPolicy", policy);
        host.put("AutoRemove", remove);
        host.put("GroupAdd", Body.orNull(groups));
        if (!annotations.isEmpty()) {
            host.put("Annotations", KeyValues.map(annotations));
        }
        if (!runtime.isEmpty()) {
            host.put("Runtime", runtime);
        }
        if (init != null) {
            host.put("Init", init);
        }
    }
}
