package io.bulkhead.authn;

import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.AuditException;
import io.bulkhead.audit.Gate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Puts connections and tokens that identified nobody on the record and into the log. The first of an address are
/// written one by one and then some a minute, each with the number of those before it that were not: whoever may do
/// nothing may not fill the disk either.
///
/// `this` guards the counts.
public final class Refusals {

    private static final System.Logger LOG = System.getLogger(Refusals.class.getName());
    private static final String REMEDY = "show a client certificate or token that is valid; see docs/authentication.md";
    private static final int BURST = 20;
    private static final long NANOS_PER_LINE = Duration.ofSeconds(6).toNanos();
    private static final int ADDRESSES = 1024;

    private final Gate gate;
    private final LongSupplier nanos;
    private final Map<String, Allowance> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
            return size() > ADDRESSES;
        }
    };

    private final Allowance everybody = new Allowance(BURST * 10L, NANOS_PER_LINE / 10);

    /// Lines that an address may cause: so many at once, and one more after each while.
    private static final class Allowance {

        private final long most;
        private final long each;
        private long emptyUntil = Long.MIN_VALUE;
        private long silent;

        Allowance(long most, long each) {
            this.most = most;
            this.each = each;
        }

        boolean take(long now) {
            long from = Math.max(emptyUntil, now - most * each);
            if (from + each > now) {
                silent++;
                return false;
            }
            emptyUntil = from + each;
            return true;
        }

        void leaveOut() {
            silent++;
        }

        long silentSinceLast() {
            long count = silent;
            silent = 0;
            return count;
        }
    }

    public Refusals(Gate gate) {
        this(gate, System::nanoTime);
    }

    Refusals(Gate gate, LongSupplier nanos) {
        this.gate = gate;
        this.nanos = nanos;
    }

    /// A connection that came to nothing. Does not block.
    public void connection(String address, String reason) {
        Thread.ofVirtual()
                .name("refusal")
                .start(() -> note(new Caller.Unidentified(address), address, "connection from " + address, reason));
    }

    /// A request whose certificate or token is refused.
    ///
    /// @param known who the connection itself is, if it is somebody
    /// @return whether the address is within what it may cause
    boolean request(Caller known, String address, String request, String reason) {
        return note(known, address, request + " from " + address, reason);
    }

    private boolean note(Caller who, String address, String what, String reason) {
        long more;
        synchronized (this) {
            Allowance allowance = byAddress.computeIfAbsent(address, _ -> new Allowance(BURST, NANOS_PER_LINE));
            long now = nanos.getAsLong();
            if (!allowance.take(now)) {
                return false;
            }
            if (!everybody.take(now)) {
                allowance.leaveOut();
                return true;
            }
            more = allowance.silentSinceLast();
        }
        String object = what + (more > 0 ? ", and " + more + " more that were not recorded one by one" : "");
        LOG.log(System.Logger.Level.WARNING, "refused", "what", object, "caller", who.subject(), "reason", reason);
        try {
            gate.recordRefusal(
                    who,
                    Operation.CONNECT,
                    Target.object(object),
                    new Decision.Denied(Decision.Reason.NO_IDENTITY, reason, REMEDY));
        } catch (AuditException full) {
            // Refused it is all the same.
            LOG.log(System.Logger.Level.ERROR, "a refusal is not on the record", full);
        }
        return true;
    }
}
