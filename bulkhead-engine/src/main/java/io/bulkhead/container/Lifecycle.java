package io.bulkhead.container;

import io.bulkhead.container.Container.Status;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.spec.Signal;
import io.bulkhead.spec.StopSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Starting, stopping, signalling and pausing.
final class Lifecycle {

    /// A process that got SIGKILL is gone by then, or hangs in the kernel.
    private static final Duration KILL_LIMIT = Duration.ofSeconds(30);

    private static final Duration FREEZE_LIMIT = Duration.ofSeconds(10);

    private final Host host;
    private final Starter starter;
    private final Remover remover;
    private final Endings endings;
    private final HealthChecks health;

    Lifecycle(Host host, Starter starter, Remover remover, Endings endings, Restarts restarts, HealthChecks health) {
        this.host = host;
        this.starter = starter;
        this.remover = remover;
        this.endings = endings;
        this.health = health;
        restarts.startWith((_, life) -> startAgain(life));
    }

    void start(Life life) {
        life.turn().lock();
        try {
            requireStartable(life);
            begin(life);
        } finally {
            life.turn().unlock();
        }
    }

    private static void requireStartable(Life life) {
        life.requireThere();
        if (life.progress().status() == Status.PAUSED) {
            throw new EngineException(Reason.CONFLICT, "cannot start a paused container, try unpause instead");
        }
        if (life.run().isPresent()) {
            throw new EngineException(
                    Reason.NOT_MODIFIED, "container " + life.spec().name() + " is running");
        }
    }

    private void begin(Life life) {
        Run run = started(life);
        Told.event(host, life, "start");
        resume(life, run);
    }

    /// A container that was to be removed at its end goes when it cannot even begin: its client waits for that.
    private Run started(Life life) {
        try {
            return starter.start(life);
        } catch (RuntimeException failure) {
            if (life.spec().autoRemove()) {
                remover.remove(life, true);
            }
            throw failure;
        }
    }

    /// A restart policy's start, if the container still waits for it.
    private void startAgain(Life life) {
        life.turn().lock();
        try {
            if (life.progress().status() == Status.RESTARTING && life.run().isEmpty() && !life.removed()) {
                life.show(life.progress().restarts(life.progress().restartCount() + 1));
                begin(life);
            }
        } finally {
            life.turn().unlock();
        }
    }

    /// Watches a run, begun by this daemon or an earlier one.
    void resume(Life life, Run run) {
        endings.watch(life, run);
        health.watch(life, run);
    }

    void stop(Life life, Optional<Signal> signal, Optional<Duration> timeout) {
        if (cancelRestart(life)) {
            return;
        }
        Run run = life.run()
                .orElseThrow(() -> new EngineException(
                        Reason.NOT_MODIFIED, "container " + life.spec().name() + " is not running"));
        StopSpec stop = life.spec().stop();
        run.askToStop();
        Signal how = signal.orElse(stop.signal());
        boolean _ = run.signal(how);
        Told.event(host, life, "kill", java.util.Map.of("signal", "" + how.number()));
        thawIfPaused(life);
        Duration limit = timeout.orElse(stop.timeout());
        if (!ended(run, limit)) {
            kill(life, run);
        }
        Told.event(host, life, "stop");
    }

    /// A container that waits for its restart ends by not getting one.
    private boolean cancelRestart(Life life) {
        life.turn().lock();
        try {
            if (life.progress().status() != Status.RESTARTING || life.run().isPresent()) {
                return false;
            }
            Progress last = life.progress();
            life.record(last.ended(
                    Status.EXITED,
                    last.exitCode(),
                    last.error(),
                    last.oomKilled(),
                    last.finishedAt().orElseGet(() -> Instant.now(host.clock())),
                    true));
            life.waiters().ended(new Containers.ExitStatus(last.exitCode(), last.error()), false);
            return true;
        } finally {
            life.turn().unlock();
        }
    }

    private void kill(Life life, Run run) {
        boolean _ = run.signal(Signal.KILL);
        thawIfPaused(life);
        if (!ended(run, KILL_LIMIT)) {
            throw new EngineException(
                    Reason.RUNTIME_FAILED,
                    "container " + life.spec().name() + " did not end within " + KILL_LIMIT.toSeconds()
                            + " s of SIGKILL: its process hangs in the kernel");
        }
    }

    /// Negative limits wait for ever.
    private static boolean ended(Run run, Duration limit) {
        try {
            if (limit.isNegative()) {
                run.over().get();
            } else {
                run.over().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            }
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new EngineException(Reason.RUNTIME_FAILED, "interrupted while waiting for the container to end");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void restart(Life life, Optional<Signal> signal, Optional<Duration> timeout) {
        if (life.run().isPresent()) {
            stopIfRunning(life, signal, timeout);
        } else {
            boolean _ = cancelRestart(life);
        }
        start(life);
        Told.event(host, life, "restart");
    }

    /// It may end on its own before it is asked to.
    private void stopIfRunning(Life life, Optional<Signal> signal, Optional<Duration> timeout) {
        try {
            stop(life, signal, timeout);
        } catch (EngineException ended) {
            if (ended.reason() != Reason.NOT_MODIFIED) {
                throw ended;
            }
        }
    }

    void kill(Life life, Signal signal) {
        boolean waiting = signal.equals(Signal.KILL) && cancelRestart(life);
        if (waiting) {
            return;
        }
        Run run = life.run()
                .orElseThrow(() -> new EngineException(
                        Reason.CONFLICT,
                        "cannot kill container: " + life.spec().name() + ": container " + life.id()
                                + " is not running"));
        if (signal.equals(Signal.KILL) || signal.equals(life.spec().stop().signal())) {
            run.askToStop();
        }
        boolean _ = run.signal(signal);
        Told.event(host, life, "kill", java.util.Map.of("signal", "" + signal.number()));
        if (signal.equals(Signal.KILL)) {
            thawIfPaused(life);
        }
    }

    /// Before a forced removal. Nothing to kill is fine.
    void killAndWait(Life life) {
        boolean _ = cancelRestart(life);
        life.run().ifPresent(run -> {
            run.askToStop();
            kill(life, run);
        });
    }

    void pause(Life life) {
        life.turn().lock();
        try {
            switch (life.progress().status()) {
                case RUNNING -> {
                    host.cgroup(life).freeze(FREEZE_LIMIT);
                    life.record(life.progress().with(Status.PAUSED));
                }
                case PAUSED ->
                    throw new EngineException(Reason.CONFLICT, "Container " + life.id() + " is already paused");
                case CREATED, RESTARTING, REMOVING, EXITED, DEAD ->
                    throw new EngineException(Reason.CONFLICT, "Container " + life.id() + " is not running");
            }
        } finally {
            life.turn().unlock();
        }
        Told.event(host, life, "pause");
    }

    void unpause(Life life) {
        life.turn().lock();
        try {
            if (life.progress().status() != Status.PAUSED) {
                throw new EngineException(Reason.CONFLICT, "Container " + life.id() + " is not paused");
            }
            host.cgroup(life).thaw();
            life.record(life.progress().with(Status.RUNNING));
        } finally {
            life.turn().unlock();
        }
        Told.event(host, life, "unpause");
    }

    /// A frozen process gets its signal, even SIGKILL with cgroup v1, only once it is thawed.
    private void thawIfPaused(Life life) {
        if (life.progress().status() == Status.PAUSED) {
            host.cgroup(life).thaw();
        }
    }

    /// In the container's turn, so that no start can slip between looking and waiting.
    StdioStream attach(Life life, MonitorStream.Input input) {
        boolean tty = life.spec().io().tty();
        life.turn().lock();
        try {
            life.requireThere();
            Optional<Run> run = life.run();
            if (run.isPresent()) {
                return run.get().audience().connect(life.attachSocket(), tty, input);
            }
            var pending = new PendingStream(tty, input);
            life.await(pending);
            return pending;
        } finally {
            life.turn().unlock();
        }
    }
}
