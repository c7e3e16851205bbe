package io.bulkhead.dockerapi;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.audit.AuditException;
import io.bulkhead.audit.AuditLog;
import io.bulkhead.audit.Outcome;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// A record in memory: one short line per decision. It can be made to fail as a full disk would.
public final class KeptRecord implements AuditLog {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> endings = new CopyOnWriteArrayList<>();
    private boolean full;

    public List<String> lines() {
        return lines;
    }

    public void fillUp() {
        full = true;
    }

    @Override
    public synchronized long append(
            Caller caller, Operation operation, Target target, Set<Privilege> privileges, Decision decision) {
        if (full) {
            throw new AuditException("audit record cannot be written, so nothing was done", null);
        }
        String about = target.image().or(target::object).or(target::container).orElse("");
        lines.add((caller.subject() + " " + operation.spelling() + " " + about).strip()
                + (decision instanceof Allowed ? ": allowed" : ": refused"));
        return lines.size();
    }

    /// How what was allowed ended, in order: `operation status word`.
    public List<String> endings() {
        return endings;
    }

    @Override
    public void ended(Outcome outcome) {
        endings.add((outcome.operation().spelling() + " "
                        + (outcome.status().isPresent() ? outcome.status().getAsInt() + " " : "")
                        + outcome.error().orElse("done"))
                .strip());
    }

    @Override
    public void close() {}
}
