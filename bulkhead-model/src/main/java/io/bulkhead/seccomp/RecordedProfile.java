package io.bulkhead.seccomp;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.PolicyException.Reason;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The smallest profile under which a recording's calls are allowed.
///
/// Calls are allowed by name, whatever their arguments were, but where the default policy allows a call for some
/// arguments only (`clone` without new namespaces, `socket` of some families) its conditions stay. Everything else is
/// refused as in the default policy: mostly with ENOSYS, so that libc falls back to older calls.
///
/// @param unnamed calls of the recording that this version has no name for: the profile refuses them
public record RecordedProfile(SeccompProfile profile, List<String> unnamed) {

    /// A call is told under the first of these that has it.
    private static final List<String> GROUPS = List.of(
            "basic-io",
            "file-system",
            "io-event",
            "network-io",
            "process",
            "signal",
            "timer",
            "ipc",
            "sync",
            "setuid",
            "chown",
            "resources",
            "memlock",
            "aio");

    public RecordedProfile {
        unnamed = List.copyOf(unnamed);
    }

    /// @throws PolicyException PROFILE for a recording without calls
    public static RecordedProfile of(Recording recording, SyscallTable machine) {
        if (recording.calls().isEmpty()) {
            throw new PolicyException(
                    Reason.PROFILE,
                    "the recording `" + recording.name() + "` has no calls yet; an empty profile is no filter");
        }
        var counts = new TreeMap<String, Long>();
        for (Recording.Call call : recording.calls()) {
            Syscalls.name(call.table(), call.number()).ifPresent(known -> counts.merge(known, call.count(), Long::sum));
        }
        SeccompProfile profile = profile(counts, recording.tables(), machine);
        return new RecordedProfile(mentioning(recording.unnamed(), profile), recording.unnamed());
    }

    private static SeccompProfile profile(
            SortedMap<String, Long> counts, List<SyscallTable> recorded, SyscallTable machine) {
        SeccompProfile base = DefaultPolicy.base(Capability.DEFAULTS, machine);
        var rules = new ArrayList<Rule>();
        grouped(counts.keySet())
                .forEach((group, names) -> rules.addAll(allow(names, base, comment(group, names, counts))));
        SortedSet<String> runtime = RuntimeCalls.all();
        runtime.removeAll(counts.keySet());
        if (!runtime.isEmpty()) {
            rules.addAll(allow(
                    runtime,
                    base,
                    "not recorded; the container runtimes (crun, runc) call them after they loaded the filter, to start "
                            + "the program"));
        }
        refused(base, counts.keySet(), runtime).ifPresent(rules::add);
        var architectures = new LinkedHashSet<String>();
        architectures.add(machine.ociName());
        recorded.forEach(table -> architectures.add(table.ociName()));
        return new SeccompProfile(
                base.defaultAction(), base.defaultErrnoRet(), List.copyOf(architectures), List.of(), rules);
    }

    /// In the first comment, where whoever opens the file sees it.
    private static SeccompProfile mentioning(List<String> unnamed, SeccompProfile profile) {
        if (unnamed.isEmpty()) {
            return profile;
        }
        var rules = new ArrayList<>(profile.syscalls());
        Rule first = rules.removeFirst();
        rules.addFirst(new Rule(
                first.names(),
                first.action(),
                first.errnoRet(),
                first.args(),
                "CALLED, BUT REFUSED BY THIS PROFILE, since there is no name for it: " + String.join(", ", unnamed)
                        + "; " + first.origin()));
        return new SeccompProfile(
                profile.defaultAction(), profile.defaultErrnoRet(), profile.architectures(), profile.flags(), rules);
    }

    private static Map<String, SortedSet<String>> grouped(Collection<String> names) {
        var left = new TreeSet<>(names);
        var groups = new LinkedHashMap<String, SortedSet<String>>();
        for (String group : GROUPS) {
            var members = new TreeSet<>(left);
            members.retainAll(SyscallGroup.require(group).calls());
            if (!members.isEmpty()) {
                groups.put("@" + group, members);
                left.removeAll(members);
            }
        }
        if (!left.isEmpty()) {
            groups.put("memory, time, information and others", left);
        }
        return groups;
    }

    private static String comment(String group, SortedSet<String> names, SortedMap<String, Long> counts) {
        var words = new ArrayList<String>();
        names.forEach(name -> words.add(name + " " + counts.get(name)));
        return "recorded, " + group + ": " + String.join(", ", words);
    }

    /// One rule for those that are allowed whatever their arguments, and the default's own for the others.
    private static List<Rule> allow(SortedSet<String> names, SeccompProfile base, String comment) {
        var rules = new ArrayList<Rule>();
        var whole = new ArrayList<String>();
        for (String name : names) {
            List<Rule> limits = base.syscalls().stream()
                    .filter(rule -> rule.names().contains(name)
                            && (rule.action() == Action.SCMP_ACT_ALLOW
                                    || !rule.args().isEmpty()))
                    .toList();
            if (limits.isEmpty() || limits.stream().anyMatch(rule -> rule.args().isEmpty())) {
                whole.add(name);
            } else {
                limits.forEach(rule -> rules.add(new Rule(
                        List.of(name),
                        rule.action(),
                        rule.errnoRet(),
                        rule.args(),
                        (rule.action() == Action.SCMP_ACT_ALLOW ? "recorded; the arguments are limited" : "refused")
                                + " as by the " + rule.origin())));
            }
        }
        if (!whole.isEmpty()) {
            rules.addFirst(new Rule(whole, Action.SCMP_ACT_ALLOW, Optional.empty(), List.of(), comment));
        }
        return rules;
    }

    private static Optional<Rule> refused(SeccompProfile base, Set<String> recorded, Set<String> runtime) {
        var names = new TreeSet<String>();
        for (Rule rule : base.syscalls()) {
            if (rule.errnoRet().filter(errno -> errno == Refusal.EPERM).isPresent()
                    && rule.args().isEmpty()) {
                names.addAll(rule.names());
            }
        }
        names.removeAll(recorded);
        names.removeAll(runtime);
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(new Rule(
                        List.copyOf(names),
                        Action.SCMP_ACT_ERRNO,
                        Optional.of(Refusal.EPERM),
                        List.of(),
                        "refused with EPERM, as by the default policy; everything not named here with ENOSYS"));
    }

    /// How many calls may run, for some arguments at least.
    public int allowed() {
        var names = new TreeSet<String>();
        profile.syscalls().stream()
                .filter(rule -> rule.action().mayReachKernel())
                .forEach(rule -> names.addAll(rule.names()));
        return names.size();
    }
}
