package io.bulkhead.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.audit.AccessDeniedException;
import io.bulkhead.audit.AuditException;
import io.bulkhead.audit.Gate;
import io.bulkhead.container.Container.Status;
import io.bulkhead.container.Containers.ExitStatus;
import io.bulkhead.spec.Privileges;
import io.bulkhead.spec.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;

/// Restart policies. A restart is an act of the engine: it asks the gate like everybody else and is on the record.
///
/// The pause before one doubles from 100 ms to a minute, and begins anew after a run of ten seconds, as Docker's does.
final class Restarts {

    private static final System.Logger LOG = System.getLogger(Restarts.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration GOOD_RUN = Duration.ofSeconds(10);

    private final Host host;
    private final Gate gate;
    private volatile BiConsumer<Allowed, Life> start = (_, _) -> {
        throw new IllegalStateException("the engine is not open yet");
    };
    private volatile boolean closed;

    Restarts(Host host, Gate gate) {
        this.host = host;
        this.gate = gate;
    }

    /// @param start starts a container; called outside its turn
    void startWith(BiConsumer<Allowed, Life> start) {
        this.start = start;
    }

    /// Whether a run that ended so is followed by another.
    boolean follows(Life life, Run run, int exitCode) {
        RestartPolicy policy = life.spec().restart();
        if (run.stopAsked()) {
            return false;
        }
        return switch (policy.condition()) {
            case NO -> false;
            case ALWAYS, UNLESS_STOPPED -> true;
            case ON_FAILURE -> exitCode != 0 && retriesLeft(life);
        };
    }

    private static boolean retriesLeft(Life life) {
        int most = life.spec().restart().maximumRetries();
        return most == 0 || life.progress().restartCount() < most;
    }

    /// Whether a container that does not run is to be started because the engine starts.
    static boolean followsBoot(Life life, boolean ran) {
        Progress progress = life.progress();
        return switch (life.spec().restart().condition()) {
            case NO -> false;
            case ALWAYS -> progress.startedAt().isPresent();
            case UNLESS_STOPPED -> progress.startedAt().isPresent() && !progress.stopped();
            case ON_FAILURE -> ran && progress.exitCode() != 0 && retriesLeft(life);
        };
    }

    void schedule(Life life, Progress ended) {
        Duration pause = pause(ended);
        Thread.ofVirtual().name("restart-" + life.id().shortened()).start(() -> {
            try {
                Thread.sleep(pause);
                restart(life, "restart-policy");
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Duration pause(Progress ended) {
        boolean good = ended.startedAt()
                .filter(started ->
                        Duration.between(started, Instant.now(host.clock())).compareTo(GOOD_RUN) >= 0)
                .isPresent();
        int doublings = good ? 0 : Math.min(ended.restartCount(), 16);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /// Starts it if it still waits for that.
    void restart(Life life, String reason) {
        if (closed || life.removed() || life.progress().status() != Status.RESTARTING) {
            return;
        }
        try {
            gate.during(
                    new Caller.Engine(reason),
                    Operation.CONTAINER_START,
                    life.spec().target(),
                    Privileges.of(life.spec()),
                    allowed -> start.accept(allowed, life));
        } catch (EngineException | AccessDeniedException | AuditException failure) {
            LOG.log(System.Logger.Level.WARNING, "container=" + life.id() + " operation=restart", failure);
            giveUp(life, String.valueOf(failure.getMessage()));
        }
    }

    /// A restart that failed is not tried again until the daemon starts again: whoever waits for the container's end is
    /// told.
    private static void giveUp(Life life, String why) {
        life.turn().lock();
        try {
            if (life.run().isEmpty() && !life.removed()) {
                Progress last = life.progress();
                if (last.status() == Status.RESTARTING) {
                    life.record(last.failed(last.exitCode(), why));
                }
                life.waiters().ended(new ExitStatus(last.exitCode(), why), false);
            }
        } catch (EngineException unstored) {
            LOG.log(System.Logger.Level.ERROR, "container=" + life.id() + " operation=restart", unstored);
        } finally {
            life.turn().unlock();
        }
    }

    void close() {
        closed = true;
    }
}
