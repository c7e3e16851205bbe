package io.bulkhead.dockerapi.seccomp;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.create.PolicyRequest;
import io.bulkhead.seccomp.ArgumentWords;
import io.bulkhead.seccomp.Explanation;
import io.bulkhead.seccomp.Explanation.Case;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Syscalls;
import io.bulkhead.seccomp.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a policy does with one call, for `bulkhead seccomp explain`.
final class CallReport {

    private CallReport() {}

    static Map<String, @Nullable Object> of(AskedPolicy asked, PolicyRequest.Explain request) {
        SyscallTable table = table(asked.target(), request.architecture());
        List<Long> arguments = ArgumentWords.parse(Syscalls.require(request.call()), request.arguments());
        Explanation explanation = asked.resolvedIfAny()
                .map(policy -> policy.explain(request.call(), table, arguments))
                .orElseGet(() -> unfiltered(request.call(), table));
        // A table that is not open stays closed: libseccomp ends its callers whatever the filter says.
        boolean watched = asked.watchesOnly()
                && asked.resolvedIfAny()
                        .filter(policy -> policy.tables().contains(table))
                        .isPresent();
        return Json.object(
                "Name", asked.name(),
                "Call", request.call(),
                "Number", Syscalls.number(table, request.call()).orElse(-1),
                "Table", table.label(),
                "Arguments", request.arguments(),
                "OtherTables",
                        Syscalls.tables(request.call()).stream()
                                .filter(other -> other != table)
                                .filter(asked.target().tables()::contains)
                                .map(SyscallTable::label)
                                .toList(),
                "Cases", watched ? letThrough(explanation) : cases(explanation));
    }

    private static List<Map<String, @Nullable Object>> letThrough(Explanation explanation) {
        var cases = cases(explanation);
        for (Map<String, @Nullable Object> each : cases) {
            if (Boolean.FALSE.equals(each.get("Allowed"))) {
                each.put("Allowed", true);
                each.put("Action", Action.SCMP_ACT_LOG.name());
                each.put("Verdict", "let through and recorded by seccomp:canary; without it " + each.get("Verdict"));
            }
        }
        return cases;
    }

    private static SyscallTable table(Target target, String architecture) {
        if (architecture.isEmpty()) {
            return target.table();
        }
        SyscallTable table = SyscallTable.ofName(architecture);
        if (!target.tables().contains(table)) {
            throw new PolicyException(
                    PolicyException.Reason.UNKNOWN_ARCHITECTURE,
                    "this machine runs no " + table.label() + " programs, only "
                            + String.join(
                                    ", ",
                                    target.tables().stream()
                                            .map(SyscallTable::label)
                                            .toList()));
        }
        return table;
    }

    private static Explanation unfiltered(String call, SyscallTable table) {
        Syscalls.require(call, List.of(table));
        return new Explanation(
                call,
                table,
                List.of(new Case(
                        List.of(),
                        Action.SCMP_ACT_ALLOW,
                        Optional.empty(),
                        "option seccomp=unconfined: there is no filter",
                        "leave out --security-opt seccomp=unconfined")));
    }

    static List<Map<String, @Nullable Object>> cases(Explanation explanation) {
        return explanation.cases().stream()
                .map(each -> Json.object(
                        "When", explanation.spelling(each),
                        "Allowed", each.action().mayReachKernel(),
                        "Action", each.action().name(),
                        "Verdict", each.verdict(),
                        "Rule", each.origin(),
                        "Change", each.change()))
                .toList();
    }
}
