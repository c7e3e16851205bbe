package io.bulkhead.denial;

import io.bulkhead.denial.Owners.Owner;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.AuditStream;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.name.ContainerId;
import io.bulkhead.seccomp.FilterAction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Reads the kernel's records of refused calls and counts those of containers. It works with and without auditd, and
/// leaves the host's audit settings alone, but for muting a container that floods ([Flood]).
public final class DenialWatch implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(DenialWatch.class.getName());

    private static final int FLOOD = 2000;

    /// Of a container whose every call makes a record because somebody wants to know them.
    private static final int RECORDED_FLOOD = 20_000;

    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final int MOST_PROCESSES = 4096;

    private final Owners owners;
    private final Consumer<Denial> first;
    private final Clock clock;
    private final Tally tally;
    private final Flood flood = new Flood(PAUSE);

    /// Whose a user and pid is, while no container comes or goes.
    private final Map<Long, Optional<Owner>> known = new ConcurrentHashMap<>();

    private final Map<ContainerId, LoggedCalls> logged = new ConcurrentHashMap<>();

    private final AuditStream stream;

    private DenialWatch(Owners owners, Consumer<Denial> first, Clock clock) {
        this.owners = owners;
        this.tally = new Tally(owners);
        this.first = first;
        this.clock = clock;
        this.stream = AuditStream.open(new Reader());
    }

    /// @param pool the host ids containers get theirs from; only there a killed daemon's mutes are taken back
    /// @param first told of each call of each container once, on the reading thread
    /// @throws KernelException where the kernel does not let the engine read its records
    public static DenialWatch open(IdRange pool, Owners owners, Consumer<Denial> first, Clock clock) {
        Flood.takeBackLeft(pool);
        return new DenialWatch(owners, first, clock);
    }

    /// Oldest refusals first.
    public List<Denial> all() {
        return tally.all();
    }

    /// Counts from now on what this container's filter lets through with a record, and tells none of it.
    public LoggedCalls listen(ContainerId container) {
        var calls = new LoggedCalls(() -> logged.remove(container));
        logged.put(container, calls);
        return calls;
    }

    /// A container came or went: whose a user is may have changed.
    public void changed() {
        known.clear();
    }

    private final class Reader implements AuditStream.Reader {

        @Override
        public void record(byte[] text, int length) {
            RefusedCall.parse(text, length).ifPresent(call -> owner(call).ifPresent(owner -> count(owner, call)));
        }

        @Override
        public void lost() {
            tally.allUncertain();
            logged.values().forEach(LoggedCalls::missedSome);
        }
    }

    private Optional<Owner> owner(RefusedCall call) {
        if (known.size() > MOST_PROCESSES) {
            known.clear();
        }
        long key = (long) call.pid() << 32 | call.user();
        return known.computeIfAbsent(key, _ -> owners.of(call.user(), call.pid()));
    }

    private void count(Owner owner, RefusedCall call) {
        Optional<LoggedCalls> listener = Optional.ofNullable(logged.get(owner.id()));
        if (flood.record(owner, System.nanoTime(), listener.isPresent() ? RECORDED_FLOOD : FLOOD)) {
            tally.uncertain(owner.id());
            listener.ifPresent(LoggedCalls::missedSome);
        }
        if (listener.isPresent() && FilterAction.of(call.code()) == FilterAction.LOG) {
            listener.get().count(call);
            return;
        }
        Optional<Denial> news = tally.count(owner, call, Instant.now(clock));
        try {
            news.ifPresent(first);
        } catch (RuntimeException failure) {
            // The refusal itself stands, whoever hears of it.
            LOG.log(System.Logger.Level.ERROR, "container=" + owner.id() + " a refused call is not recorded", failure);
        }
    }

    @Override
    public void close() {
        stream.close();
        flood.close();
    }
}
