package io.bulkhead.daemon;

import io.bulkhead.dockerapi.Release;
import io.bulkhead.kernel.Supervisor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bulkheadd`.
@Command(
        name = "bulkheadd",
        description =
                "The container engine's daemon: answers the Docker Engine API on a unix socket, and behind TLS on TCP.",
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Main implements Callable<Integer> {

    private static final System.Logger LOG = System.getLogger(Main.class.getName());

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Default: /etc/bulkhead/bulkhead.yaml, if it exists.")
    private @Nullable Path config;

    @Option(names = "--socket", paramLabel = "PATH", description = "Instead of the configuration's socket.path.")
    private @Nullable String socket;

    @Option(names = "--state", paramLabel = "DIR", description = "Instead of the configuration's state.")
    private @Nullable String state;

    @Option(names = "--run", paramLabel = "DIR", description = "Instead of the configuration's run.")
    private @Nullable String run;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "Instead of the configuration's log.format.")
    private @Nullable String logFormat;

    private final Preload preload;

    private Main(Preload preload) {
        this.preload = preload;
    }

    /// Starts the daemon; ends with 1 when it cannot, and with 2 when it was called wrongly.
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main(Preload.begin()))
                .setExecutionExceptionHandler((failure, _, _) -> tell(failure))
                .execute(arguments));
    }

    /// The last door: an administrator's mistake is one line, one of ours is in the log with its place.
    private static int tell(Exception failure) {
        if (failure instanceof StartException) {
            LOG.log(System.Logger.Level.ERROR, "not started", "reason", failure.getMessage());
        } else {
            LOG.log(System.Logger.Level.ERROR, "not started", failure);
        }
        return 1;
    }

    @Override
    public Integer call() throws InterruptedException {
        preload.awaitEngine();
        Config effective = effective();
        EventLog.configure(effective.log().format(), effective.log().level(), System.err);
        ForeignLog.install();
        var supervision =
                new Supervision(System.getenv(), ProcessHandle.current().pid());
        Daemon daemon = Daemon.start(effective, supervision, preload);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Supervisor.endAtOnceOnNextSignal();
            daemon.stop();
        }));
        // Until a signal: the JVM ends when the hook has run.
        new CountDownLatch(1).await();
        return 0;
    }

    private Config effective() {
        Config file = ConfigFile.read(Optional.ofNullable(config).orElse(ConfigFile.PATH), config != null);
        return new Config(
                new Config.Socket(
                        option("--socket", socket).orElse(file.socket().path()),
                        file.socket().mode(),
                        file.socket().group()),
                file.tcp(),
                option("--state", state).orElse(file.state()),
                option("--run", run).orElse(file.run()),
                file.ids(),
                file.staticIds(),
                file.userns(),
                file.programs(),
                logFormat == null
                        ? file.log()
                        : new Config.Log(
                                ConfigFile.choice("--log-format", logFormat, LogFormat.class),
                                file.log().level()),
                file.bridge(),
                file.certificates(),
                file.roles(),
                file.audit(),
                file.recording(),
                file.logLimit(),
                file.grace());
    }

    /// Unlike in the file, a path on the command line may be relative.
    private static Optional<Path> option(String name, @Nullable String path) {
        if (path == null) {
            return Optional.empty();
        }
        if (path.isEmpty()) {
            throw new StartException(name + ": the path is empty");
        }
        return Optional.of(Path.of(path).toAbsolutePath().normalize());
    }

    /// For `--version`.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"bulkheadd " + Release.version()};
        }
    }
}
