package io.bulkhead.daemon;

import io.bulkhead.http.HttpServer;
import io.bulkhead.http.Limits;
import io.bulkhead.http.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/// A running daemon: everything between the first check and the last clean-up. What a start has done is undone in
/// reverse, whether the start failed half-way or the daemon stops.
final class Daemon {

    private static final System.Logger LOG = System.getLogger(Daemon.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Config config;
    private final Supervision supervision;
    private final Deque<Undo> undo = new ArrayDeque<>();

    /// One thing to undo.
    private record Undo(String what, Action action) {

        private interface Action {
            void run() throws IOException;
        }
    }

    private Daemon(Config config, Supervision supervision) {
        this.config = config;
        this.supervision = supervision;
    }

    /// @throws StartException when it cannot start; nothing is left behind then
    static Daemon start(Config config, Supervision supervision, Preload preload) throws InterruptedException {
        var daemon = new Daemon(config, supervision);
        try (var progress = new Progress(
                PATIENCE, step -> LOG.log(System.Logger.Level.INFO, "start takes longer", "waiting_for", step))) {
            daemon.start(progress, preload);
            return daemon;
        } catch (IOException failure) {
            daemon.stop();
            throw new StartException("cannot start: " + failure.getMessage(), failure);
        } catch (RuntimeException | InterruptedException failure) {
            daemon.stop();
            throw failure;
        }
    }

    private void start(Progress progress, Preload preload) throws IOException, InterruptedException {
        IdPool.requireFree(config.ids(), Path.of("/etc"));
        config.staticIds().ifPresent(ids -> IdPool.requireApart(ids.whole(), config.ids()));
        progress.step("the lock of the state root " + config.state());
        StateRoot.ownDirectory(config.run(), "rwx--x--x");
        StateRoot state = StateRoot.open(config.state());
        undo.push(new Undo("state root", state::close));
        Wiring wiring = Wiring.open(config, progress);
        undo.push(new Undo("engine", wiring::close));
        progress.step("the socket");
        preload.awaitServer();
        serve(wiring);
        supervision.say("READY=1\nSTATUS=answering");
        LOG.log(
                System.Logger.Level.INFO,
                "started",
                "pid",
                ProcessHandle.current().pid(),
                "state",
                config.state());
    }

    private void serve(Wiring wiring) throws IOException {
        List<Integer> inherited = supervision.listeners();
        if (inherited.isEmpty()) {
            serveOnOwnSocket(wiring);
            return;
        }
        begin(wiring, inherited.stream().map(Listener.Inherited::new));
        LOG.log(System.Logger.Level.INFO, "listening", "descriptors", inherited);
    }

    private void serveOnOwnSocket(Wiring wiring) throws IOException {
        var file = SocketFile.prepare(config.socket());
        try {
            begin(wiring, Stream.of(new Listener.At(file.hidden())));
            SocketFile.Shown shown = file.show();
            undo.push(new Undo("socket", shown::remove));
        } finally {
            file.discard();
        }
        LOG.log(System.Logger.Level.INFO, "listening", "socket", config.socket().path());
    }

    private void begin(Wiring wiring, Stream<? extends Listener> unix) throws IOException {
        Entrance entrance = wiring.entrance();
        List<Listener> all =
                Stream.<Listener>concat(unix, entrance.listeners().stream()).toList();
        HttpServer server = HttpServer.start(all, entrance.identity(), wiring.handler(), Limits.STANDARD);
        undo.push(new Undo("server", () -> server.stop(config.grace())));
        if (!server.addresses().isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "listening", "tcp", TcpConfig.shown(server.addresses()));
        }
    }

    /// Stops accepting, lets requests end, closes streams, then the engine. Containers go on.
    void stop() {
        if (!undo.isEmpty()) {
            supervision.say("STOPPING=1");
        }
        while (!undo.isEmpty()) {
            Undo next = undo.pop();
            try {
                next.action.run();
            } catch (IOException | RuntimeException failure) {
                LOG.log(System.Logger.Level.ERROR, "stopping the " + next.what + " failed", failure);
            }
        }
        LOG.log(
                System.Logger.Level.INFO,
                "stopped",
                "pid",
                ProcessHandle.current().pid());
    }
}
