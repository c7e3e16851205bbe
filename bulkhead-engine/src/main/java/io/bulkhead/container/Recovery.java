package io.bulkhead.container;

import io.bulkhead.container.Container.Status;
import io.bulkhead.container.Progress.Processes;
import io.bulkhead.kernel.Pidfd;
import io.bulkhead.name.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Finds every container in its true state when the engine starts, whatever moment the last daemon was killed at.
///
/// What was stored says how far a container got; the monitors that run say what is alive. A start that was cut off
/// before its program began is taken back; one whose program runs is adopted; an end nobody dealt with is dealt with.
final class Recovery {

    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

    private final Host host;
    private final Endings endings;

    Recovery(Host host, Endings endings) {
        this.host = host;
        this.endings = endings;
    }

    /// @param adopted runs that go on, to be watched
    /// @param ended containers that were running when they were last stored and do not any more
    record Found(List<Life> adopted, List<Life> ended) {}

    Found recover(List<Life> lives) {
        Map<ContainerId, Integer> monitors = monitors();
        var adopted = new ArrayList<Life>();
        var ended = new ArrayList<Life>();
        for (Life life : lives) {
            Optional<Integer> monitor = Optional.ofNullable(monitors.remove(life.id()));
            if (life.progress().processes().isPresent()) {
                (recover(life, monitor) ? adopted : ended).add(life);
            } else if (monitor.isPresent()) {
                killStray(life.id(), monitor.get());
                endings.clean(life);
            }
            if (life.progress().status() == Status.RESTARTING) {
                ended.add(life);
            }
        }
        monitors.forEach(this::killStray);
        sweep(lives, adopted);
        return new Found(adopted, ended);
    }

    /// @return whether it runs
    private boolean recover(Life life, Optional<Integer> monitor) {
        Processes stored = life.progress().processes().orElseThrow();
        if (!stored.bootId().equals(host.bootId())) {
            life.record(life.progress()
                    .ended(
                            life.progress().startedAt().isPresent() ? Status.EXITED : Status.CREATED,
                            Endings.LOST,
                            "the host was restarted while the container ran",
                            false,
                            Instant.now(host.clock()),
                            false));
            return false;
        }
        if (stored.monitor() == 0 || host.runtime().waitsForStart(life.id())) {
            takeBack(life, monitor);
            return false;
        }
        return recoverRunning(life, stored);
    }

    private boolean recoverRunning(Life life, Processes stored) {
        Run run = Run.of(stored);
        OptionalInt exitCode = Endings.exitCode(life.exitDirectory(), life.id());
        if (exitCode.isEmpty() && !run.monitorEnded().isDone()) {
            life.runs(Optional.of(run));
            return true;
        }
        finish(life, run, exitCode);
        return false;
    }

    private void finish(Life life, Run run, OptionalInt exitCode) {
        if (exitCode.isEmpty()) {
            run.killAll();
        }
        boolean oom = host.cgroup(life).oomKilled();
        endings.clean(life);
        run.finish();
        life.record(life.progress()
                .ended(
                        Status.EXITED,
                        exitCode.orElse(Endings.LOST),
                        exitCode.isPresent() ? "" : Endings.LOST_MESSAGE,
                        oom,
                        Instant.now(host.clock()),
                        false));
    }

    /// The daemon was killed before the container's program could begin: the start never was.
    private void takeBack(Life life, Optional<Integer> monitor) {
        monitor.ifPresent(stray -> killStray(life.id(), stray));
        host.runtime().delete(life.id());
        host.networks().detach(life.id());
        Starter.removeRunDirectory(life);
        life.record(life.progress().failed(128, "the daemon was killed while it started the container"));
    }

    /// Monitors of this engine's containers, by the bundle on their command line. Execs' are not among them.
    private Map<ContainerId, Integer> monitors() {
        var monitors = new HashMap<ContainerId, Integer>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                monitored(process)
                        .ifPresent(id -> monitors.put(
                                id, Integer.parseInt(process.getFileName().toString())));
            }
        } catch (IOException failure) {
            throw new EngineException(EngineException.Reason.STORAGE, "/proc cannot be read", failure);
        }
        return monitors;
    }

    private Optional<ContainerId> monitored(Path process) {
        try {
            List<String> arguments = List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0", -1));
            int bundle = arguments.indexOf("--bundle");
            if (!arguments.getFirst().equals(host.settings().monitorBinary().toString())
                    || arguments.contains("--exec")
                    || bundle < 0) {
                return Optional.empty();
            }
            Path of = Path.of(arguments.get(bundle + 1));
            return of.startsWith(EngineDirectories.containers(host.settings().run()))
                    ? Optional.of(new ContainerId(of.getFileName().toString()))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    private void killStray(ContainerId id, int pid) {
        LOG.log(System.Logger.Level.WARNING, "container={0} pid={1} a monitor without a container is ended", id, pid);
        Pidfd.startTime(pid).stream()
                .boxed()
                .flatMap(start -> Pidfd.open(pid, start).stream())
                .forEach(monitor -> {
                    try (monitor) {
                        host.runtime().delete(id);
                        monitor.signal(9);
                    } catch (io.bulkhead.kernel.KernelException _) {
                        // it ended in this moment
                    }
                });
    }

    /// Whatever the runtime, the network or the run directory still has of containers that do not run.
    private void sweep(List<Life> lives, List<Life> adopted) {
        List<ContainerId> alive = adopted.stream().map(Life::id).toList();
        for (ContainerId id : host.runtime().known()) {
            if (!alive.contains(id)) {
                host.runtime().delete(id);
            }
        }
        host.networks().sweep(alive);
        EngineDirectories.sweep(host.settings().run(), alive);
        lives.stream().filter(life -> !alive.contains(life.id())).forEach(life -> life.runs(Optional.empty()));
    }
}
