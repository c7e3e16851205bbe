package io.bulkhead.dockerapi.seccomp;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.seccomp.PolicyDifference;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the second of two policies does otherwise, for `bulkhead seccomp diff`.
final class DifferenceReport {

    private DifferenceReport() {}

    static Map<String, @Nullable Object> of(AskedPolicy before, AskedPolicy after) {
        PolicyDifference difference = PolicyDifference.of(before.resolved("compare"), after.resolved("compare"));
        return Json.object(
                "Before", before.name(),
                "After", after.name(),
                "Same", difference.isEmpty(),
                "UnknownCalls", Json.object("Before", difference.unknownBefore(), "After", difference.unknownAfter()),
                "Tables",
                        difference.tables().stream()
                                .map(DifferenceReport::table)
                                .toList());
    }

    private static Map<String, @Nullable Object> table(PolicyDifference.Table table) {
        return Json.object(
                "Table", table.table().label(),
                "Gained", table.gained(),
                "Lost", table.lost(),
                "Limits",
                        table.limits().stream()
                                .map(limit -> Json.object(
                                        "Call", limit.call(), "Gained", limit.gained(), "Lost", limit.lost()))
                                .toList(),
                "Answers",
                        table.answers().stream()
                                .map(answer -> Json.object(
                                        "Call", answer.call(), "Before", answer.before(), "After", answer.after()))
                                .toList());
    }
}
