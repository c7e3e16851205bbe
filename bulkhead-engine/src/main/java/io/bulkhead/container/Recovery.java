package io.bulkhead.container;

import io.bulkhead.container.Container.Status;
import io.bulkhead.container.Progress.Processes;
import io.bulkhead.name.ContainerId;
import io.bulkhead.runtime.CgroupException;
import io.bulkhead.runtime.OciException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds every container in its true state when the engine starts, whatever moment the last daemon was killed at.
///
/// What was stored says how far a container got; the monitors that run say what is alive. A start that was cut off
/// before its program began is taken back; one whose program runs is adopted; an end nobody dealt with is dealt with.
final class Recovery {

    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

    /// The exit code of a start that failed.
    private static final int CUT_OFF = 128;

    private final Host host;
    private final Endings endings;
    private final LeftProcesses processes;
    private final List<ContainerId> unstored = new ArrayList<>();

    Recovery(Host host, Endings endings) {
        this.host = host;
        this.endings = endings;
        this.processes = new LeftProcesses(host.settings());
    }

    /// @param adopted runs that go on, to be watched
    /// @param ended containers that were running when they were last stored and do not any more
    record Found(List<Life> adopted, List<Life> ended) {}

    Found recover(List<Life> lives) {
        Map<ContainerId, Integer> monitors = processes.monitors();
        // Asked once: a runtime the last daemon began may still be at work and change the answer.
        Set<ContainerId> began =
                lives.stream().filter(this::mayHaveBegun).map(Life::id).collect(Collectors.toSet());
        monitors.forEach((id, pid) -> {
            if (!began.contains(id)) {
                processes.killMonitor(id, pid);
            }
        });
        processes.awaitRuntimes();
        var adopted = new ArrayList<Life>();
        var ended = new ArrayList<Life>();
        for (Life life : lives) {
            if (life.progress().processes().isPresent()) {
                (recover(life, began.contains(life.id())) ? adopted : ended).add(life);
            } else if (life.progress().status() == Status.RESTARTING) {
                ended.add(life);
            }
        }
        sweep(adopted);
        return new Found(adopted, ended);
    }

    /// Whether its program may have begun when the last daemon ended.
    private boolean mayHaveBegun(Life life) {
        return life.progress().processes().filter(this::ofThisBoot).isPresent()
                && life.progress().processes().get().monitor() != 0
                && !host.runtime().waitsForStart(life.id());
    }

    private boolean ofThisBoot(Processes stored) {
        return stored.bootId().equals(host.bootId());
    }

    /// @return whether it runs
    private boolean recover(Life life, boolean began) {
        Processes stored = life.progress().processes().orElseThrow();
        if (!ofThisBoot(stored)) {
            recordLost(life);
            return false;
        }
        if (!began) {
            cancel(life);
            return false;
        }
        return recoverRunning(life, stored);
    }

    private void recordLost(Life life) {
        boolean started =
                life.progress().status() == Status.RUNNING || life.progress().status() == Status.PAUSED;
        String why = "the host was restarted while the container ran";
        store(
                life,
                started
                        ? life.progress()
                                .ended(Status.EXITED, Endings.LOST, why, false, Instant.now(host.clock()), false)
                        : life.progress().failed(CUT_OFF, "the host was restarted while the container started"));
    }

    private boolean recoverRunning(Life life, Processes stored) {
        Run run = Run.of(stored);
        // In this order: the monitor writes the exit code and ends then, so that an ended one has written it.
        boolean monitorEnded = run.monitorEnded().isDone();
        OptionalInt exitCode = Endings.exitCode(life.exitDirectory(), life.id());
        if (exitCode.isEmpty() && !monitorEnded) {
            life.runs(Optional.of(run));
            recordFrozen(life);
            return true;
        }
        finish(life, run, exitCode);
        return false;
    }

    /// Between freezing and storing it the last daemon may have been killed.
    private void recordFrozen(Life life) {
        try {
            Status status = host.cgroup(life).frozen() ? Status.PAUSED : Status.RUNNING;
            if (life.progress().status() != status) {
                boolean _ = life.recordIfRoom(life.progress().with(status));
            }
        } catch (CgroupException unknown) {
            LOG.log(System.Logger.Level.WARNING, "container=" + life.id() + " whether it is frozen", unknown);
        }
    }

    private void finish(Life life, Run run, OptionalInt exitCode) {
        if (exitCode.isEmpty()) {
            run.killAll();
        }
        boolean oom = endings.oomKilled(life);
        endings.takeBack(life);
        run.finish();
        // The exit code is in the run directory: that is swept only once this is stored.
        store(
                life,
                life.progress()
                        .ended(
                                Status.EXITED,
                                exitCode.orElse(Endings.LOST),
                                exitCode.isPresent() ? "" : Endings.LOST_MESSAGE,
                                oom,
                                Instant.now(host.clock()),
                                false));
    }

    /// The daemon was killed before the container's program could begin: the start never was.
    private void cancel(Life life) {
        endings.takeBack(life);
        store(life, life.progress().failed(CUT_OFF, "the daemon was killed while it started the container"));
    }

    /// The next daemon has to find it as this one did if it cannot be stored.
    private void store(Life life, Progress found) {
        if (!life.recordIfRoom(found)) {
            unstored.add(life.id());
        }
    }

    /// Whatever the runtime, the network or the run directory still has of containers that do not run.
    private void sweep(List<Life> adopted) {
        List<ContainerId> alive = adopted.stream().map(Life::id).toList();
        for (ContainerId id : host.runtime().known()) {
            if (!alive.contains(id)) {
                delete(id);
            }
        }
        host.networks().sweep(alive);
        EngineDirectories.sweep(
                host.settings().run(),
                Stream.concat(alive.stream(), unstored.stream()).toList());
    }

    /// One that cannot be removed does not keep the others from being served.
    private void delete(ContainerId id) {
        try {
            host.runtime().delete(id);
        } catch (OciException failure) {
            LOG.log(System.Logger.Level.ERROR, "container=" + id + " left=\"runtime\"", failure);
        }
    }
}
