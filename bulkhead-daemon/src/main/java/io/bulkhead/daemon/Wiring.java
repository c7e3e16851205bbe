package io.bulkhead.daemon;

import io.bulkhead.access.Authorizer;
import io.bulkhead.audit.AuditFile;
import io.bulkhead.audit.Gate;
import io.bulkhead.dockerapi.Router;
import io.bulkhead.http.Handler;
import java.time.Clock;
import java.util.List;

/// Puts the parts of the engine together, in the order they need each other, and takes them apart in reverse.
final class Wiring implements AutoCloseable {

    private final AuditFile audit;
    private final Handler handler;

    private Wiring(AuditFile audit, Handler handler) {
        this.audit = audit;
        this.handler = handler;
    }

    static Wiring open(Config config, Progress progress) {
        Clock clock = Clock.systemUTC();
        progress.step("the audit record, which is checked from its beginning");
        AuditFile audit = AuditFile.open(config.state().resolve("audit"), clock);
        var gate = new Gate(new Authorizer(), audit);
        return new Wiring(audit, new Router(List.of(), gate));
    }

    Handler handler() {
        return handler;
    }

    @Override
    public void close() {
        audit.close();
    }
}
