package io.bulkhead.dockerapi.create;

import io.bulkhead.capability.Capability;
import io.bulkhead.profile.ProfileReader;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.DockerProfile;
import io.bulkhead.seccomp.DockerProfile.KernelVersion;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.RecordingName;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.SyscallPolicy.Base;
import io.bulkhead.seccomp.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the `seccomp` lines say together: a base (`seccomp=...`), given once, and rules over it in any order
/// (`seccomp:allow:...`).
final class SeccompOptions {

    private static final int RECORD = "record".length();

    private final List<String> rules = new ArrayList<>();
    private Optional<String> base = Optional.empty();
    private Optional<RecordingName> recording = Optional.empty();
    private boolean canary;

    /// @param value what follows `seccomp` and its first separator
    void add(String value) {
        if (value.matches("(?s)record([:=].*)?")) {
            record(value.length() > RECORD ? value.substring(RECORD + 1) : "");
            return;
        }
        if (value.matches("(?s)canary([:=].*)?")) {
            if (!List.of("canary", "canary:on", "canary=on").contains(value)) {
                throw Invalid.value("SecurityOpt seccomp", value, "it is canary=on, or left out");
            }
            canary = true;
            return;
        }
        if (isRule(value)) {
            rules.add(value);
            return;
        }
        String named = value.equals("builtin") ? "default" : value;
        boolean known = List.of("default", "unconfined").contains(named) || named.startsWith("{");
        if (!known) {
            throw Invalid.value(
                    "SecurityOpt seccomp",
                    value,
                    value.isBlank()
                            ? "an empty profile is no filter; leave the option out for the default"
                            : "it is default, unconfined, the JSON text of a profile, a rule: seccomp:deny:SUBJECT, "
                                    + "seccomp:allow:SUBJECT, seccomp:action:ACTION, seccomp:canary=on, or seccomp:record:NAME (docs/seccomp.md)");
        }
        if (base.filter(before -> !before.equals(named)).isPresent()) {
            throw Invalid.because("SecurityOpt seccomp is given as " + shown(base.orElseThrow()) + " and as "
                    + shown(named) + ": a container has one");
        }
        base = Optional.of(named);
    }

    private void record(String name) {
        RecordingName wanted;
        try {
            wanted = new RecordingName(name);
        } catch (IllegalArgumentException wrong) {
            throw Invalid.because("SecurityOpt seccomp:record: " + wrong.getMessage());
        }
        if (recording.filter(before -> !before.equals(wanted)).isPresent()) {
            throw Invalid.because("SecurityOpt seccomp:record is given as " + recording.orElseThrow() + " and as "
                    + wanted + ": a container has one recording");
        }
        recording = Optional.of(wanted);
    }

    /// What the container's calls are recorded as, whatever its filter is.
    Optional<RecordingName> recording() {
        return recording;
    }

    private static boolean isRule(String value) {
        return value.matches("(?s)(allow|deny|action)([:=].*)?");
    }

    private static String shown(String base) {
        return base.startsWith("{") ? "a profile" : base;
    }

    /// @param capabilities of the container, which the default opens calls for, and profiles may
    Confinement confinement(Set<Capability> capabilities) {
        String wanted = base.orElse("default");
        if (wanted.equals("unconfined")) {
            Invalid.when(
                    !rules.isEmpty(),
                    "SecurityOpt seccomp=unconfined has no filter that rules could change: leave out one of both");
            Invalid.when(
                    canary,
                    "SecurityOpt seccomp=unconfined has no policy that seccomp:canary could try out: leave out one of "
                            + "both");
            return new Confinement.Unconfined();
        }
        try {
            Target target = Target.of(System.getProperty("os.arch", ""), capabilities);
            SyscallPolicy policy = SyscallPolicy.defaultPolicy();
            for (String rule : rules) {
                policy = policy.plus(rule);
            }
            if (wanted.startsWith("{")) {
                policy = policy.over(profile(wanted, target));
            }
            ResolvedPolicy resolved = ResolvedPolicy.of(policy, target);
            if (canary) {
                var _ = resolved.canary();
                return new Confinement.Canary(resolved.policy());
            }
            return new Confinement.Filtered(resolved.policy());
        } catch (PolicyException wrong) {
            throw Invalid.because("SecurityOpt seccomp: " + wrong.getMessage());
        }
    }

    private static Base profile(String json, Target target) {
        DockerProfile profile = ProfileReader.read(json);
        return new Base.Profile(profile.resolve(target, KernelVersion.parse(System.getProperty("os.version", ""))));
    }
}
