package io.bulkhead.dockerapi.seccomp;

import io.bulkhead.capability.Capability;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.seccomp.Explanation;
import io.bulkhead.seccomp.Refusal;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SyscallGroup;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Syscalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a policy allows, for `bulkhead seccomp show`.
final class PolicyReport {

    private final ResolvedPolicy policy;
    private final SyscallTable own;

    /// Of the machine's own table.
    private final Set<String> reachable;

    private PolicyReport(ResolvedPolicy policy) {
        this.policy = policy;
        own = policy.target().table();
        reachable = policy.reachable(own);
    }

    static Map<String, @Nullable Object> of(AskedPolicy asked) {
        return asked.resolvedIfAny()
                .map(policy -> new PolicyReport(policy).json(asked))
                .orElseGet(() -> Json.object("Name", asked.name(), "Base", "unconfined"));
    }

    private Map<String, @Nullable Object> json(AskedPolicy asked) {
        return Json.object(
                "Name", asked.name(),
                "Enforced", !asked.watchesOnly(),
                "Base", base(),
                "Rules", policy.policy().spelling(),
                "Capabilities",
                        policy.target().capabilities().stream()
                                .map(Capability::name)
                                .sorted()
                                .toList(),
                "Default", policy.profile().defaultAction().name(),
                "DefaultErrno",
                        policy.profile()
                                .defaultErrnoRet()
                                .map(Refusal::errnoName)
                                .orElse(""),
                "Tables", policy.target().tables().stream().map(this::table).toList(),
                "Groups", SyscallGroup.all().stream().map(this::group).toList(),
                "Ungrouped", ungrouped(),
                "Limited", limited(),
                "OpenedByCapabilities", new TreeMap<>(policy.openedByCapabilities()));
    }

    private String base() {
        return switch (policy.policy().base()) {
            case SyscallPolicy.Base.Default _ -> "default";
            case SyscallPolicy.Base.Profile _ -> "profile";
        };
    }

    private Map<String, @Nullable Object> table(SyscallTable table) {
        Set<String> calls = policy.reachable(table);
        long known = Syscalls.names().stream()
                .filter(call -> Syscalls.number(table, call).isPresent())
                .count();
        return Json.object(
                "Table", table.label(),
                "Open", policy.tables().contains(table),
                "Allowed", calls.size(),
                "Known", known,
                "Calls", calls);
    }

    /// Calls of the group that the machine's own table has.
    private Map<String, @Nullable Object> group(SyscallGroup group) {
        var allowed = new TreeSet<String>();
        var refused = new TreeSet<String>();
        for (String call : group.calls()) {
            if (Syscalls.number(own, call).isPresent()) {
                (reachable.contains(call) ? allowed : refused).add(call);
            }
        }
        return Json.object("Group", "@" + group.name(), "Why", group.why(), "Allowed", allowed, "Refused", refused);
    }

    private Set<String> ungrouped() {
        var left = new TreeSet<>(reachable);
        SyscallGroup.all().forEach(group -> left.removeAll(group.calls()));
        return left;
    }

    /// Reachable calls that are refused for some arguments.
    private List<Map<String, @Nullable Object>> limited() {
        var limited = new ArrayList<Map<String, @Nullable Object>>();
        for (String call : reachable) {
            Explanation explanation = policy.explain(call, own, List.of());
            boolean some =
                    explanation.cases().stream().anyMatch(each -> !each.action().mayReachKernel());
            if (some) {
                limited.add(Json.object("Call", call, "Cases", CallReport.cases(explanation)));
            }
        }
        return limited;
    }
}
