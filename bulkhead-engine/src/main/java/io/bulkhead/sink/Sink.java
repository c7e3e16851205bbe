package io.bulkhead.sink;

import io.bulkhead.audit.AuditException;
import io.bulkhead.audit.AuditReader;
import io.bulkhead.audit.Following;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.JacksonException;

/// One sink with a thread of its own: opens it, sends what is new, begins again from the last record that surely
/// arrived
/// when something fails, later each time.
final class Sink implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Sink.class.getName());
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// How many may be on their way before the sink waits for them to arrive.
    private static final int UNCONFIRMED = 10_000;

    /// How to open it.
    interface Opener {
        Destination open() throws IOException;
    }

    /// @param nanos when it was handed over
    private record Sent(long seq, long nanos) {}

    private final SinkSettings settings;
    private final Opener opener;
    private final AuditReader reader;
    private final Position position;
    private final Duration patience;
    private final Thread thread;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Deque<Sent> onTheirWay = new ArrayDeque<>();
    private volatile Optional<Destination> open = Optional.empty();
    private volatile long busySince;
    private volatile boolean letGo;
    private volatile long confirmed;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile SinkStatus.State state = SinkStatus.State.WORKING;
    private volatile Optional<String> problem = Optional.empty();
    private Duration pause = FIRST_PAUSE;
    private long savedAt;
    private long saved = -1;

    /// @param patience how long one record may take
    Sink(SinkSettings settings, Opener opener, AuditReader reader, Position position, Duration patience) {
        this.settings = settings;
        this.opener = opener;
        this.reader = reader;
        this.position = position;
        this.patience = patience;
        thread = Thread.ofPlatform().daemon().name("audit-" + settings.name()).unstarted(this::run);
    }

    /// A new sink begins with what comes from now on.
    void start() throws IOException {
        long last = reader.last();
        long from = position.read().orElse(last);
        // A record that was begun anew has smaller numbers.
        confirmed = from > last ? 0 : from;
        position.write(confirmed);
        thread.start();
    }

    SinkStatus status() {
        return new SinkStatus(settings.name(), settings.where(), state, problem, confirmed, sent.get(), lost.get());
    }

    private void run() {
        while (!ended(Duration.ZERO)) {
            try (Destination destination = opener.open()) {
                open = Optional.of(destination);
                follow(destination);
                return;
            } catch (IOException | RuntimeException failure) {
                failed(failure);
            } finally {
                open = Optional.empty();
                busySince = 0;
                onTheirWay.clear();
            }
            if (ended(pause)) {
                return;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private boolean ended(Duration wait) {
        try {
            return ending.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            return true;
        }
    }

    private void follow(Destination destination) throws IOException {
        try (Following following = reader.from(confirmed + 1)) {
            long expected = confirmed + 1;
            while (true) {
                Optional<String> next = onTheirWay.size() < UNCONFIRMED ? following.poll() : Optional.empty();
                if (next.isPresent()) {
                    Line line = parsed(next.get());
                    if (line.seq() > expected && expected > 0) {
                        tellOfLost(destination, expected, line.seq() - 1);
                    }
                    pass(destination, line);
                    expected = line.seq() + 1;
                } else {
                    busySince = System.nanoTime();
                    destination.check();
                    busySince = 0;
                    working(destination);
                    if (ended(LOOK)) {
                        finish(destination);
                        return;
                    }
                }
                confirm(destination);
            }
        }
    }

    private static Line parsed(String text) throws IOException {
        try {
            return Line.of(text);
        } catch (JacksonException broken) {
            throw new IOException("a line of the record is not JSON", broken);
        }
    }

    private void tellOfLost(Destination destination, long from, long through) throws IOException {
        lost.addAndGet(through - from + 1);
        LOG.log(
                System.Logger.Level.ERROR,
                "records were removed before this sink had them",
                "sink",
                settings.name(),
                "from",
                from,
                "through",
                through);
        send(destination, Line.lost(from, through));
    }

    private void pass(Destination destination, Line line) throws IOException {
        if (destination.off().isEmpty()) {
            send(destination, line);
            sent.incrementAndGet();
        }
        onTheirWay.add(new Sent(line.seq(), System.nanoTime()));
    }

    private void send(Destination destination, Line line) throws IOException {
        busySince = System.nanoTime();
        destination.send(line);
        busySince = 0;
    }

    private void confirm(Destination destination) {
        long before = System.nanoTime() - destination.delay().toNanos();
        while (!onTheirWay.isEmpty() && onTheirWay.peek().nanos() <= before) {
            confirmed = onTheirWay.remove().seq();
        }
        save(false);
    }

    private void finish(Destination destination) {
        if (destination.finish() && !onTheirWay.isEmpty()) {
            confirmed = onTheirWay.getLast().seq();
        }
        save(true);
    }

    private void save(boolean now) {
        if (confirmed != saved && (now || System.nanoTime() - savedAt > SAVE_NANOS)) {
            try {
                position.write(confirmed);
                saved = confirmed;
                savedAt = System.nanoTime();
            } catch (IOException full) {
                // Then some are sent twice.
                savedAt = System.nanoTime();
            }
        }
    }

    private void working(Destination destination) {
        Optional<String> off = destination.off();
        if (off.isPresent()) {
            state = SinkStatus.State.OFF;
            problem = off;
            return;
        }
        if (state != SinkStatus.State.WORKING) {
            LOG.log(System.Logger.Level.INFO, "audit sink works again", "sink", settings.name());
        }
        state = SinkStatus.State.WORKING;
        problem = Optional.empty();
        pause = FIRST_PAUSE;
    }

    /// Told once, not at every attempt.
    private void failed(Throwable failure) {
        String reason = letGo
                ? "a record took longer than " + patience.toSeconds() + " s"
                : failure.getMessage() != null && (failure instanceof IOException || failure instanceof AuditException)
                        ? failure.getMessage()
                        : failure.toString();
        letGo = false;
        if (state != SinkStatus.State.FAILING) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "audit sink fails; it is tried again, and gets what it missed",
                    "sink",
                    settings.name(),
                    "where",
                    settings.where(),
                    "reason",
                    reason);
        }
        state = SinkStatus.State.FAILING;
        problem = Optional.of(reason);
    }

    /// Lets go of a sink that takes too long. Called by a thread that looks after all of them.
    void watch() {
        long since = busySince;
        if (since != 0 && System.nanoTime() - since > patience.toNanos()) {
            letGo = true;
            open.ifPresent(Destination::close);
        }
    }

    @Override
    public void close() {
        ending.countDown();
        try {
            if (!thread.join(patience)) {
                open.ifPresent(Destination::close);
                thread.join(patience);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
