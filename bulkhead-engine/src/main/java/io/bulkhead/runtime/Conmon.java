package io.bulkhead.runtime;

import io.bulkhead.kernel.Child;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileChannels;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Pipe;
import io.bulkhead.kernel.Spawn;
import io.bulkhead.name.ContainerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// conmon, the monitor: one small process per container (and per exec) that holds its standard streams, writes its log
/// and its exit code, and outlives the daemon. What is relied on is in docs/conmon.md.
public final class Conmon {

    private static final String SHELL = "/bin/sh";

    /// With a terminal the monitor starts the runtime on /dev/null whatever it is told, and the runtime gives that, the
    /// host's, to container root (docs/threat-model.md T-RUN-1). So it gets the pipe of its standard error instead,
    /// which it neither reads nor writes: the container's streams are the terminal.
    private static final String AWAY_FROM_DEV_NULL = "exec \"$0\" \"$@\" 0<&2 1>&2";

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SYNC = 3;
    private static final int START = 4;
    private static final int ATTACH = 5;

    private final Path binary;
    private final String version;
    private final OciRuntime runtime;

    private Conmon(Path binary, String version, OciRuntime runtime) {
        this.binary = binary;
        this.version = version;
        this.runtime = runtime;
    }

    /// A monitor that is there and answers.
    public static final class Found {
        private final Path binary;
        private final String version;

        private Found(Path binary, String version) {
            this.binary = binary;
            this.version = version;
        }

        public Conmon driving(OciRuntime runtime) {
            return new Conmon(binary, version, runtime);
        }
    }

    /// @throws OciException MISSING naming the package to install
    public static Found probe(Path binary) {
        if (!Files.isExecutable(binary)) {
            throw new OciException(
                    OciException.Reason.MISSING,
                    "the container monitor " + binary + " is not there: install the package `conmon`");
        }
        String version = Program.run(List.of(binary.toString(), "--version"), LIMIT)
                .output()
                .lines()
                .findFirst()
                .orElse("unknown")
                .replaceFirst("^conmon version ", "");
        return new Found(binary, version);
    }

    public String version() {
        return version;
    }

    /// @param bundle where `config.json` lies; conmon puts its `attach` socket and `ctl` fifo there
    /// @param log empty for none
    /// @param logLimit bytes after which the log begins anew; negative for no limit
    /// @param keepInput whether standard input stays open when an attached client goes
    public record Streams(
            Path bundle, Path exitDirectory, Optional<Path> log, long logLimit, boolean tty, boolean keepInput) {}

    /// @param monitor the pid of conmon
    /// @param process the pid of the container's, or exec's, first process
    public record Started(int monitor, int process) {}

    /// Starts the monitor, which has the runtime create the container. Its program does not run yet.
    ///
    /// @throws OciException when the runtime refused; then both have ended
    public Started create(ContainerId id, String name, Streams streams) {
        List<String> command = command(id, id.value(), name, streams);
        return await(launch(command, Map.of(), Map.of()), "create " + id.shortened());
    }

    /// Starts a monitor that has the runtime run a further process in a container.
    ///
    /// @param processSpec the OCI process object
    /// @param attach called when the attach socket listens, before the process begins
    public Started exec(ContainerId id, String execId, Path processSpec, Streams streams, Runnable attach) {
        List<String> command = command(id, execId, execId, streams);
        command.addAll(List.of("--exec", "--exec-process-spec", processSpec.toString(), "--exec-attach"));
        try (Pipe start = Spawn.pipe();
                Pipe ready = Spawn.pipe()) {
            var descriptors = Map.of(START, start.read(), ATTACH, ready.write());
            var environment = Map.of("_OCI_STARTPIPE", "" + START, "_OCI_ATTACHPIPE", "" + ATTACH);
            var launched = launch(command, environment, descriptors);
            start.read().close();
            ready.write().close();
            try (var go = FileChannels.output(start.write());
                    var listening = FileChannels.parkingInput(ready.read())) {
                go.write('\n');
                if (listening.read() >= 0) {
                    attach.run();
                    go.write('\n');
                }
            } catch (IOException ended) {
                // the pipe with its answer says why
            }
            return await(launched, "exec in " + id.shortened());
        }
    }

    private List<String> command(ContainerId id, String unique, String name, Streams streams) {
        var command = new ArrayList<String>(List.of(
                binary.toString(),
                "--api-version",
                "1",
                "--sync",
                "--cid",
                id.value(),
                "--cuuid",
                unique,
                "--name",
                name,
                "--runtime",
                streams.tty ? SHELL : runtime.binary().toString(),
                "--bundle",
                streams.bundle.toString(),
                "--container-pidfile",
                streams.bundle.resolve("pid").toString(),
                "--exit-dir",
                streams.exitDirectory.toString(),
                "--persist-dir",
                streams.exitDirectory.toString(),
                "--full-attach",
                // The log survives the end of every process without it; only a power cut can take its end.
                "--no-sync-log",
                "--log-level",
                "error",
                "--log-path",
                streams.log.map(path -> "k8s-file:" + path).orElse("none")));
        if (streams.logLimit >= 0) {
            command.addAll(List.of("--log-size-max", "" + streams.logLimit));
        }
        // Always: without it the runtime's standard input would be the host's /dev/null (docs/threat-model.md T-RUN-1).
        // With a terminal it has no effect; see AWAY_FROM_DEV_NULL.
        command.add("--stdin");
        if (streams.keepInput) {
            command.add("--leave-stdin-open");
        }
        if (streams.tty) {
            command.add("--terminal");
            command.addAll(List.of(
                    "--runtime-arg=-c", "--runtime-arg=" + AWAY_FROM_DEV_NULL, "--runtime-arg=" + runtime.binary()));
        }
        runtime.globalOptions().forEach(option -> command.add("--runtime-arg=" + option));
        return command;
    }

    private record Launched(Child child, Fd answer) {}

    private Launched launch(List<String> command, Map<String, String> environment, Map<Integer, Fd> descriptors) {
        Pipe sync = Spawn.pipe();
        try (Pipe input = Spawn.pipe();
                Pipe output = Spawn.pipe()) {
            var all = new HashMap<>(descriptors);
            all.putAll(Map.of(0, input.read(), 1, output.write(), 2, output.write(), SYNC, sync.write()));
            var variables = new HashMap<>(Program.ENVIRONMENT);
            variables.putAll(environment);
            variables.put("_OCI_SYNCPIPE", "" + SYNC);
            // Its own session: no signal meant for the daemon's terminal or group reaches it.
            Child child = Spawn.start(command, variables, all, true);
            sync.write().close();
            return new Launched(child, sync.read());
        } catch (KernelException missing) {
            sync.close();
            throw new OciException(OciException.Reason.MISSING, String.valueOf(missing.getMessage()));
        }
    }

    private Started await(Launched launched, String what) {
        Child child = launched.child;
        try (var answer = new BufferedReader(
                        new InputStreamReader(FileChannels.parkingInput(launched.answer), StandardCharsets.UTF_8));
                var _ = Deadline.killing(child.pid(), child.exit(), LIMIT)) {
            String line = answer.readLine();
            if (line == null) {
                throw new OciException(
                        OciException.Reason.MONITOR_DIED, what + ": the monitor ended without an answer");
            }
            JsonNode json = JsonMapper.shared().readTree(line);
            int pid = json.path("data").asInt(-1);
            if (pid <= 0) {
                throw OciException.said(
                        runtime.kind().program() + " " + what,
                        json.path("message").asString(""));
            }
            return new Started(child.pid(), pid);
        } catch (JacksonException notJson) {
            throw new OciException(OciException.Reason.MONITOR_DIED, what + ": the monitor answered with nonsense");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
