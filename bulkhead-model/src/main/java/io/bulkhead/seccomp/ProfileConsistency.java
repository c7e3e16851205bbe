package io.bulkhead.seccomp;

import io.bulkhead.seccomp.PolicyException.Reason;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Two entries that answer the same call differently. libseccomp takes one of them silently: an entry without
/// conditions makes it forget those with, whatever they refuse.
final class ProfileConsistency {

    private ProfileConsistency() {}

    /// @throws PolicyException PROFILE, naming both entries
    static void require(List<Rule> rules) {
        var byCall = new TreeMap<String, List<Rule>>();
        for (Rule rule : rules) {
            rule.names()
                    .forEach(name ->
                            byCall.computeIfAbsent(name, _ -> new ArrayList<>()).add(rule));
        }
        for (Map.Entry<String, List<Rule>> call : byCall.entrySet()) {
            List<Rule> about = call.getValue();
            for (int i = 0; i < about.size(); i++) {
                for (Rule other : about.subList(i + 1, about.size())) {
                    require(call.getKey(), about.get(i), other);
                }
            }
        }
    }

    private static void require(String call, Rule rule, Rule other) {
        boolean agree = rule.action() == other.action() && rule.errnoRet().equals(other.errnoRet());
        if (!agree && overlap(call, rule, other)) {
            throw new PolicyException(
                    Reason.PROFILE,
                    rule.origin() + " and " + other.origin() + " answer `" + call
                            + "` differently for the same arguments");
        }
    }

    private static boolean overlap(String call, Rule rule, Rule other) {
        if (rule.args().isEmpty() || other.args().isEmpty()) {
            // Of two without conditions libseccomp keeps the first, and so do we: Podman's default is such a file.
            return rule.args().isEmpty() != other.args().isEmpty();
        }
        try {
            List<ArgumentCube> cubes = ArgumentCube.of(call, rule.args());
            return !ArgumentCube.minus(cubes, ArgumentCube.of(call, other.args()))
                    .equals(cubes);
        } catch (PolicyException wide) {
            return true;
        }
    }
}
