package io.bulkhead.audit;

import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import java.util.Set;

/// Where records go.
public interface AuditLog extends AutoCloseable {

    /// Writes one record; when this returns, the record survives the end of this process.
    ///
    /// @return its number
    /// @throws AuditException when it could not be written
    long append(Caller caller, Operation operation, Target target, Set<Privilege> privileges, Decision decision);

    /// Records how an allowed operation ended. It happened, so this never fails: what cannot be written is told
    /// elsewhere.
    void ended(Outcome outcome);

    @Override
    void close();
}
