package io.bulkhead.container;

import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.audit.AccessDeniedException;
import io.bulkhead.audit.AuditException;
import io.bulkhead.audit.Gate;
import io.bulkhead.container.Container.Health;
import io.bulkhead.container.Container.HealthStatus;
import io.bulkhead.container.Container.Probe;
import io.bulkhead.container.Container.Status;
import io.bulkhead.spec.HealthCheck;
import io.bulkhead.spec.Privileges;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Probes running containers, as Docker's `HEALTHCHECK` says. A probe is an exec like any other and asks the gate; only
/// the first of a run is put on the record, since they say the same thing again and again.
final class HealthChecks {

    private static final System.Logger LOG = System.getLogger(HealthChecks.class.getName());
    private static final int KEPT_PROBES = 5;
    private static final int OUTPUT_LIMIT = 4096;

    private final Host host;
    private final Execs execs;
    private final Gate gate;

    HealthChecks(Host host, Execs execs, Gate gate) {
        this.host = host;
        this.execs = execs;
        this.gate = gate;
    }

    /// Begins with a run and ends with it.
    void watch(Life life, Run run) {
        Optional<HealthCheck> check = life.spec().health().filter(HealthCheck::enabled);
        if (check.isEmpty()) {
            life.health(Optional.empty());
            return;
        }
        life.health(Optional.of(new Health(HealthStatus.STARTING, 0, List.of())));
        Thread.ofVirtual().name("health-" + life.id().shortened()).start(() -> probeUntilEnd(life, run, check.get()));
    }

    private void probeUntilEnd(Life life, Run run, HealthCheck check) {
        try {
            var _ = gate.require(
                    new Caller.Engine("health-check"),
                    Operation.CONTAINER_EXEC,
                    life.spec().target(),
                    Privileges.of(life.spec()));
            Instant begun = Instant.now(host.clock());
            while (!endedWithin(run, interval(life, check, begun))) {
                if (life.progress().status() == Status.RUNNING) {
                    Probe probe = probe(life, check);
                    if (run.over().isDone()) {
                        return;
                    }
                    record(life, check, probe, begun);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (AccessDeniedException | AuditException refused) {
            LOG.log(System.Logger.Level.WARNING, "container=" + life.id() + " operation=health-check", refused);
        }
    }

    private Duration interval(Life life, HealthCheck check, Instant begun) {
        boolean starting =
                life.health().filter(h -> h.status() == HealthStatus.STARTING).isPresent()
                        && inStartPeriod(check, begun);
        return starting ? check.startInterval() : check.interval();
    }

    private boolean inStartPeriod(HealthCheck check, Instant begun) {
        return Duration.between(begun, Instant.now(host.clock())).compareTo(check.startPeriod()) < 0;
    }

    private static boolean endedWithin(Run run, Duration pause) throws InterruptedException {
        try {
            run.over().get(pause.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Probe probe(Life life, HealthCheck check) throws InterruptedException {
        Instant start = Instant.now(host.clock());
        try {
            Exec exec = execs.create(life, execSpec(check));
            ExecLife running = execs.find(exec.id());
            try (StdioStream stream = execs.start(exec.id(), true).orElseThrow()) {
                var output = new ByteArrayOutputStream();
                Thread reader = Thread.ofVirtual().start(() -> readAll(stream, output));
                int code = running.end().get(check.timeout().toMillis(), TimeUnit.MILLISECONDS);
                reader.join(Duration.ofSeconds(1));
                return new Probe(start, Instant.now(host.clock()), code, text(output));
            } catch (TimeoutException _) {
                kill(running);
                return new Probe(
                        start,
                        Instant.now(host.clock()),
                        -1,
                        "Health check exceeded timeout (" + check.timeout().toSeconds() + "s)");
            } finally {
                life.execs().remove(exec.id());
            }
        } catch (EngineException failure) {
            return new Probe(start, Instant.now(host.clock()), -1, String.valueOf(failure.getMessage()));
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void kill(ExecLife exec) {
        int pid = exec.now().pid();
        if (pid > 0) {
            io.bulkhead.kernel.Pidfd.startTime(pid).stream()
                    .boxed()
                    .flatMap(start -> io.bulkhead.kernel.Pidfd.open(pid, start).stream())
                    .forEach(process -> {
                        try (process) {
                            process.signal(9);
                        } catch (io.bulkhead.kernel.KernelException _) {
                            // it ended in this moment
                        }
                    });
        }
    }

    private static ExecSpec execSpec(HealthCheck check) {
        List<String> test = check.test();
        List<String> command = test.getFirst().equals("CMD-SHELL")
                ? List.of("/bin/sh", "-c", String.join(" ", test.subList(1, test.size())))
                : test.subList(1, test.size());
        return new ExecSpec(command, List.of(), Optional.empty(), Optional.empty(), false, false, true, true, "");
    }

    private static void readAll(StdioStream stream, ByteArrayOutputStream output) {
        try {
            for (var chunk = stream.read(); chunk.isPresent(); chunk = stream.read()) {
                byte[] bytes = chunk.get().bytes();
                synchronized (output) {
                    output.write(bytes, 0, Math.min(bytes.length, Math.max(0, OUTPUT_LIMIT - output.size())));
                }
            }
        } catch (IOException _) {
            // what was read so far counts
        }
    }

    private static String text(ByteArrayOutputStream output) {
        synchronized (output) {
            return output.toString(StandardCharsets.UTF_8);
        }
    }

    private void record(Life life, HealthCheck check, Probe probe, Instant begun) {
        Optional<Health> before = life.health();
        if (before.isEmpty()) {
            return;
        }
        var log = new ArrayList<>(before.get().log());
        log.add(probe);
        while (log.size() > KEPT_PROBES) {
            log.removeFirst();
        }
        Health after = next(before.get(), check, probe, begun, log);
        life.health(Optional.of(after));
        if (after.status() != before.get().status()) {
            Told.event(host, life, "health_status: " + after.status().spelling());
        }
    }

    /// A failure in the start period does not count until the first success.
    private Health next(Health before, HealthCheck check, Probe probe, Instant begun, List<Probe> log) {
        if (probe.exitCode() == 0) {
            return new Health(HealthStatus.HEALTHY, 0, log);
        }
        if (before.status() == HealthStatus.STARTING && inStartPeriod(check, begun)) {
            return new Health(HealthStatus.STARTING, 0, log);
        }
        int streak = before.failingStreak() + 1;
        return new Health(streak >= check.retries() ? HealthStatus.UNHEALTHY : before.status(), streak, log);
    }
}
