package io.bulkhead.cli.policy;

import io.bulkhead.cli.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The cases of a call that the daemon told, those with the same answer together.
///
/// @param when under which conditions; more than a few are counted
record Cases(String when, String verdict, String rule, String change) {

    private static final int MOST = 4;

    private record Answer(String verdict, String rule, String change) {}

    static List<Cases> of(Json cases) {
        Map<Answer, List<String>> together = new LinkedHashMap<>();
        for (Json each : cases.items()) {
            var answer = new Answer(
                    each.at("Verdict").text(),
                    each.at("Rule").text(),
                    each.at("Change").text());
            together.computeIfAbsent(answer, _ -> new ArrayList<>())
                    .add(each.at("When").text());
        }
        var all = new ArrayList<Cases>();
        together.forEach((answer, when) -> all.add(new Cases(words(when), answer.verdict, answer.rule, answer.change)));
        return all;
    }

    private static String words(List<String> when) {
        return when.size() <= MOST
                ? String.join(", ", when)
                : String.join(", ", when.subList(0, MOST - 1)) + " and " + (when.size() - MOST + 1) + " other cases";
    }
}
