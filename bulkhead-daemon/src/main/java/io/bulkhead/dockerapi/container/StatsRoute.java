package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Operation;
import io.bulkhead.container.Container;
import io.bulkhead.container.Containers;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.container.Stats;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.JsonLines;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.show.StatsFields;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `GET /containers/{id}/stats`: a reading every second, or one. A single reading takes two, a second apart, unless
/// `one-shot` says that nothing is to be compared.
final class StatsRoute {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Backend backend;
    private final Containers containers;

    StatsRoute(Backend backend) {
        this.backend = backend;
        this.containers = backend.containers();
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/containers/{id}/stats", Operation.CONTAINER_STATS, this::stats));
    }

    private void stats(Call call) throws IOException {
        boolean stream = Query.text(call.exchange(), "stream").isEmpty() || Query.flag(call.exchange(), "stream");
        boolean oneShot = Query.flag(call.exchange(), "one-shot");
        if (stream && oneShot) {
            throw new EngineException(Reason.INVALID, "cannot have stream=true and one-shot=true");
        }
        Subject subject = Subject.of(call, backend);
        var gone = new CountDownLatch(1);
        call.exchange().whenDisconnected(gone::countDown);
        var answer = new JsonLines(call.exchange());
        if (stream) {
            follow(subject, answer, gone);
        } else {
            Optional<Stats> before = oneShot ? Optional.empty() : first(subject, gone);
            write(subject, answer, read(subject, subject.container()), before);
        }
    }

    private Optional<Stats> first(Subject subject, CountDownLatch gone) {
        Optional<Stats> reading = read(subject, subject.container());
        return reading.isPresent() && staysASecond(gone) ? reading : Optional.empty();
    }

    private void follow(Subject subject, JsonLines answer, CountDownLatch gone) throws IOException {
        Optional<Stats> before = Optional.empty();
        Optional<Container> container = Optional.of(subject.container());
        while (container.isPresent()) {
            Optional<Stats> now = read(subject, container.get());
            write(subject, answer, now, before);
            before = now;
            container = staysASecond(gone) ? present(subject) : Optional.empty();
        }
    }

    private Optional<Container> present(Subject subject) {
        try {
            return Optional.of(containers.get(subject.id()));
        } catch (EngineException removed) {
            if (removed.reason() == Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw removed;
        }
    }

    /// Empty when it does not run, or stopped running just now.
    private Optional<Stats> read(Subject subject, Container container) {
        if (!container.state().running()) {
            return Optional.empty();
        }
        try {
            return Optional.of(containers.stats(subject.allowed(), container.id()));
        } catch (EngineException ended) {
            if (ended.reason() == Reason.CONFLICT) {
                return Optional.empty();
            }
            throw ended;
        }
    }

    private static void write(Subject subject, JsonLines answer, Optional<Stats> now, Optional<Stats> before)
            throws IOException {
        answer.write(StatsFields.of(subject.container(), now, before));
    }

    /// Waits, and says whether the client is still there afterwards.
    private static boolean staysASecond(CountDownLatch gone) {
        try {
            return !gone.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
