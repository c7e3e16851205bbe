package io.bulkhead.audit;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// What a record says, but for its number, its time and its place in the chain. Nothing of what a caller wrote gets
/// here except names that were resolved: no environment, no command, no header, no body, no message of an error.
final class RecordFields {

    private RecordFields() {}

    static Map<String, Object> call(
            Caller caller, Operation operation, Target target, Set<Privilege> privileges, Decision decision) {
        var record = new LinkedHashMap<String, Object>();
        record.put("kind", "call");
        who(caller, record);
        what(operation, target, record);
        record.put(
                "privileges",
                privileges.stream().map(Privilege::spelling).sorted().toList());
        how(decision, record);
        return record;
    }

    static Map<String, Object> outcome(Outcome outcome) {
        var record = new LinkedHashMap<String, Object>();
        record.put("kind", "outcome");
        record.put("of", outcome.of());
        record.put("caller", outcome.caller().subject());
        what(outcome.operation(), outcome.target(), record);
        record.put("outcome", outcome.error().isEmpty() ? "done" : "failed");
        outcome.status().ifPresent(status -> record.put("status", status));
        outcome.error().ifPresent(error -> record.put("error", error));
        record.put("duration_ms", TimeUnit.NANOSECONDS.toMicros(outcome.took().toNanos()) / 1000.0);
        return record;
    }

    /// The one place that writes down a caller.
    private static void who(Caller caller, Map<String, Object> record) {
        record.put("caller", caller.subject());
        switch (caller) {
            case Caller.UnixUser user -> {
                record.put("uid", user.uid());
                record.put("gid", user.gid());
                record.put("groups", user.groups());
                user.loginUid().ifPresent(uid -> record.put("login_uid", uid));
                user.pid().ifPresent(pid -> record.put("pid", pid));
                user.executable().ifPresent(program -> record.put("exe", program));
            }
            case Caller.Certificate certificate -> {
                record.put("certificate", certificate.fingerprint());
                certificate.address().ifPresent(address -> record.put("address", address));
            }
            case Caller.Token token -> {
                record.put("token", token.id());
                record.put("role", token.role());
                token.address().ifPresent(address -> record.put("address", address));
            }
            case Caller.Unidentified unidentified -> record.put("address", unidentified.address());
            case Caller.Engine _ -> {
                // its subject says why it acts
            }
        }
    }

    private static void what(Operation operation, Target target, Map<String, Object> record) {
        record.put("operation", operation.spelling());
        target.container().ifPresent(container -> record.put("container", container));
        target.image().ifPresent(image -> record.put("image", image));
        target.object().ifPresent(object -> record.put("object", object));
    }

    private static void how(Decision decision, Map<String, Object> record) {
        switch (decision) {
            case Allowed allowed -> {
                record.put("decision", allowed.wouldBe().isPresent() ? "would be refused" : "allowed");
                record.put("rule", allowed.rule());
                allowed.wouldBe()
                        .ifPresent(
                                denied -> record.put("reason", denied.reason().name()));
            }
            case Decision.Denied denied -> {
                record.put(
                        "decision", denied.reason() == Decision.Reason.SYSCALL_CANARY ? "would be refused" : "refused");
                record.put("rule", denied.rule());
                record.put("reason", denied.reason().name());
            }
        }
    }
}
