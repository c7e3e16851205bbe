package io.bulkhead.container;

import io.bulkhead.container.Container.Status;
import io.bulkhead.container.Containers.ExitStatus;
import io.bulkhead.name.ContainerId;
import io.bulkhead.runtime.Cgroup;
import io.bulkhead.runtime.CgroupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/// Watches runs and deals with their ends: the exit code is read, what the start made on the host is taken back, the
/// end is stored and told, and a restart or removal follows where the spec says so.
final class Endings {

    private static final System.Logger LOG = System.getLogger(Endings.class.getName());

    /// As a shell says for SIGKILL, which is what the container got.
    static final int LOST = 137;

    static final String LOST_MESSAGE = "the container's monitor ended without reporting an exit code (killed?); "
            + "the container was killed with it, since nobody could read its output any more";

    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    private final Host host;
    private final Restarts restarts;
    private final Remover remover;
    private final Recorders recorders;

    Endings(Host host, Restarts restarts, Remover remover, Recorders recorders) {
        this.host = host;
        this.restarts = restarts;
        this.remover = remover;
        this.recorders = recorders;
    }

    void watch(Life life, Run run) {
        CompletableFuture<Void> _ = run.monitorEnded()
                .thenRun(() ->
                        Thread.ofVirtual().name("end-" + life.id().shortened()).start(() -> ended(life, run)));
    }

    private void ended(Life life, Run run) {
        life.turn().lock();
        try {
            if (life.run().filter(current -> current == run).isPresent()) {
                end(life, run);
            }
        } catch (RuntimeException failure) {
            // What could not be taken back now is found and taken back when the daemon starts again.
            LOG.log(System.Logger.Level.ERROR, "container=" + life.id() + " its end could not be dealt with", failure);
        } finally {
            run.finish();
            life.turn().unlock();
        }
    }

    private void end(Life life, Run run) {
        OptionalInt code = exitCode(life.exitDirectory(), life.id());
        if (code.isEmpty()) {
            run.killAll();
        }
        boolean oom = oomKilled(life);
        if (code.isPresent()) {
            takeBackEnded(life);
        } else {
            takeBack(life);
        }
        boolean again = restarts.follows(life, run, code.orElse(LOST));
        Progress ended = life.progress()
                .ended(
                        again ? Status.RESTARTING : Status.EXITED,
                        code.orElse(LOST),
                        code.isPresent() ? "" : LOST_MESSAGE,
                        oom,
                        Instant.now(host.clock()),
                        run.stopAsked());
        boolean goes = !again && life.spec().autoRemove();
        if (goes) {
            // The run directory says how it ended until it is removed, to a next daemon too.
            life.show(ended);
        } else {
            store(life, ended);
        }
        life.runs(java.util.Optional.empty());
        tell(life, ended, again);
        if (again) {
            restarts.schedule(life, ended);
        } else if (goes) {
            removeItself(life, ended);
        }
    }

    /// Whoever waits for the removal would do so for ever if it failed.
    private void removeItself(Life life, Progress ended) {
        try {
            remover.remove(life, true);
        } catch (RuntimeException failure) {
            store(life, ended);
            life.waiters()
                    .removed(new ExitStatus(
                            ended.exitCode(),
                            "the container has ended but could not be removed: " + failure.getMessage()));
            throw failure;
        }
    }

    /// The run directory has the exit code, so it goes only when that is stored. If it cannot be (a full disk), the end
    /// is shown all the same, and the next daemon finds it as this one did.
    private void store(Life life, Progress ended) {
        try {
            life.record(ended);
            attempt(life, "run directory", () -> Starter.removeRunDirectory(life));
        } catch (EngineException unstored) {
            LOG.log(System.Logger.Level.ERROR, "container=" + life.id() + " its end could not be stored", unstored);
            life.show(ended);
        }
    }

    private void tell(Life life, Progress ended, boolean again) {
        if (ended.oomKilled()) {
            Told.event(host, life, "oom");
        }
        Told.died(host, life, ended.exitCode());
        life.waiters().ended(new ExitStatus(ended.exitCode(), ended.error()), again);
    }

    boolean oomKilled(Life life) {
        try {
            return host.cgroup(life).oomKilled();
        } catch (CgroupException unknown) {
            LOG.log(System.Logger.Level.WARNING, "container=" + life.id() + " whether memory ran out", unknown);
            return false;
        }
    }

    /// Takes back what a start made on the host, all but its run directory; finding nothing is fine. A step that fails
    /// keeps neither the others nor the container's end: what is left goes before its next start or with the next
    /// daemon's.
    void takeBack(Life life) {
        takeBack(life, () -> {
            host.runtime().delete(life.id());
            removeCgroup(life);
        });
    }

    /// The same when the monitor has seen the first process end. Nothing of its pid namespace outlives that, and what
    /// else there is goes with the control group, so the runtime itself is not needed.
    private void takeBackEnded(Life life) {
        takeBack(life, () -> {
            removeCgroup(life);
            host.runtime().forget(life.id());
        });
    }

    private void takeBack(Life life, Runnable runtime) {
        attempt(life, "recording", () -> recorders.end(life.id()));
        attempt(life, "runtime", runtime);
        attempt(life, "network", () -> host.networks().detach(life.id()));
        life.execs().values().forEach(ExecLife::containerEnded);
    }

    private static void attempt(Life life, String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "container=" + life.id() + " left=\"" + what + "\" it could not be taken back",
                    failure);
        }
    }

    /// With whatever in it outlived the container's first process.
    private void removeCgroup(Life life) {
        Cgroup cgroup = host.cgroup(life);
        if (cgroup.exists()) {
            cgroup.killAll(KILL_LIMIT);
            cgroup.remove();
        }
    }

    /// The monitor writes the code to a temporary file and renames it, so what is there is whole.
    static OptionalInt exitCode(Path exitDirectory, ContainerId id) {
        try {
            return OptionalInt.of(Integer.parseInt(
                    Files.readString(exitDirectory.resolve(id.value())).strip()));
        } catch (NoSuchFileException _) {
            return OptionalInt.empty();
        } catch (IOException | NumberFormatException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "container=" + id + " the exit file cannot be read", unreadable);
            return OptionalInt.empty();
        }
    }
}
