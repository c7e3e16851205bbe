package io.bulkhead.seccomp;

import io.bulkhead.capability.Capability;
import io.bulkhead.name.Names;
import io.bulkhead.seccomp.PolicyException.Reason;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A profile in Docker's format (moby/profiles/seccomp), as its file says it: entries may be for some capabilities,
/// machines and kernels only.
///
/// @param architectures by OCI's names; or `archMap`, never both
/// @param archMap for a machine's own architecture, those that it runs too
public record DockerProfile(
        Action defaultAction,
        Optional<Integer> defaultErrnoRet,
        List<String> architectures,
        Map<String, List<String>> archMap,
        List<String> flags,
        List<Entry> syscalls) {

    public DockerProfile {
        architectures = List.copyOf(architectures);
        archMap = Map.copyOf(archMap);
        flags = List.copyOf(flags);
        syscalls = List.copyOf(syscalls);
        if (syscalls.isEmpty()) {
            throw new PolicyException(
                    Reason.PROFILE, "/syscalls: the profile names no call; an empty profile is no filter");
        }
        if (!architectures.isEmpty() && !archMap.isEmpty()) {
            throw new PolicyException(Reason.PROFILE, "/archMap: there is `architectures` too; a profile has one");
        }
    }

    /// @param place in the file, for example `/syscalls/3`
    /// @param line where it begins; 0 if the whole file is one line, as the stock client sends it
    public record Entry(
            List<String> names,
            Action action,
            Optional<Integer> errnoRet,
            List<Argument> args,
            Filter includes,
            Filter excludes,
            String place,
            int line) {
        public Entry {
            names = List.copyOf(names);
            args = List.copyOf(args);
            if (names.isEmpty()) {
                throw new PolicyException(Reason.PROFILE, place + "/names: the entry names no call");
            }
            if (args.stream().map(Argument::index).distinct().count() < args.size()) {
                throw new PolicyException(
                        Reason.PROFILE,
                        place + "/args: two conditions on one argument; runtimes take either as enough, so write two "
                                + "entries if that is meant");
            }
        }

        private String origin() {
            return "profile " + place + (line > 0 ? " (line " + line + ")" : "");
        }
    }

    /// When an entry counts: empty parts say nothing.
    ///
    /// @param arches by Go's names, for example `amd64`
    public record Filter(Set<Capability> caps, Set<String> arches, Optional<KernelVersion> minKernel) {

        public static final Filter NONE = new Filter(Set.of(), Set.of(), Optional.empty());

        public Filter {
            caps = Set.copyOf(caps);
            arches = Set.copyOf(arches);
        }
    }

    /// The first two numbers of a kernel's release.
    public record KernelVersion(int version, int patchLevel) {

        /// `4.8`, or a whole release such as `6.1.0-13-amd64`.
        ///
        /// @throws PolicyException PROFILE
        public static KernelVersion parse(String release) {
            var numbers = java.util.regex.Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})([^0-9].*)?")
                    .matcher(release);
            if (!numbers.matches()) {
                throw new PolicyException(
                        Reason.PROFILE, "`" + Names.shown(release) + "` is no kernel version such as 4.8");
            }
            return new KernelVersion(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
        }

        boolean isAtLeast(KernelVersion other) {
            return version != other.version ? version > other.version : patchLevel >= other.patchLevel;
        }
    }

    /// What it says for this machine, these capabilities and this kernel.
    ///
    /// @throws PolicyException PROFILE if nothing is left, or if entries contradict each other
    public SeccompProfile resolve(Target target, KernelVersion kernel) {
        var rules = new ArrayList<Rule>();
        for (Entry entry : syscalls) {
            if (counts(entry, target, kernel)) {
                requireKnown(entry);
                rules.add(new Rule(entry.names(), entry.action(), entry.errnoRet(), entry.args(), entry.origin()));
            }
        }
        if (rules.isEmpty()) {
            throw new PolicyException(
                    Reason.PROFILE, "/syscalls: no entry is for this machine, kernel and these capabilities");
        }
        ProfileConsistency.require(rules);
        return new SeccompProfile(defaultAction, defaultErrnoRet, architectures(target), flags, rules);
    }

    private static boolean counts(Entry entry, Target target, KernelVersion kernel) {
        String machine = target.table() == SyscallTable.X86_64 ? "amd64" : "arm64";
        Filter excludes = entry.excludes();
        Filter includes = entry.includes();
        boolean excluded = excludes.arches().contains(machine)
                || excludes.caps().stream().anyMatch(target.capabilities()::contains)
                || excludes.minKernel().filter(kernel::isAtLeast).isPresent();
        return !excluded
                && (includes.arches().isEmpty() || includes.arches().contains(machine))
                && target.capabilities().containsAll(includes.caps())
                && includes.minKernel().map(kernel::isAtLeast).orElse(true);
    }

    /// Runtimes leave out what they have no name for. That loses nothing but in an entry that refuses what is allowed
    /// otherwise.
    private void requireKnown(Entry entry) {
        if (defaultAction.mayReachKernel() && !entry.action().mayReachKernel()) {
            for (String name : entry.names()) {
                try {
                    Syscalls.require(name);
                } catch (PolicyException unknown) {
                    throw new PolicyException(unknown.reason(), entry.place() + "/names: " + unknown.getMessage());
                }
            }
        }
    }

    /// The machine's own first: libseccomp has it in every filter.
    private List<String> architectures(Target target) {
        String own = target.table().ociName();
        var all = new LinkedHashSet<String>();
        all.add(own);
        all.addAll(archMap.getOrDefault(own, List.of()));
        all.addAll(architectures);
        all.retainAll(target.tables().stream().map(SyscallTable::ociName).toList());
        return List.copyOf(all);
    }

    /// A resolved profile written back: one entry per rule, for this machine, whatever the capabilities.
    public static DockerProfile of(SeccompProfile profile) {
        var entries = new ArrayList<Entry>();
        for (Rule rule : profile.syscalls()) {
            entries.add(new Entry(
                    rule.names(),
                    rule.action(),
                    rule.errnoRet(),
                    rule.args(),
                    Filter.NONE,
                    Filter.NONE,
                    "/syscalls/" + entries.size(),
                    0));
        }
        return new DockerProfile(
                profile.defaultAction(),
                profile.defaultErrnoRet(),
                List.of(),
                new LinkedHashMap<>(Map.of(
                        profile.architectures().getFirst(),
                        profile.architectures()
                                .subList(1, profile.architectures().size()))),
                profile.flags(),
                entries);
    }
}
