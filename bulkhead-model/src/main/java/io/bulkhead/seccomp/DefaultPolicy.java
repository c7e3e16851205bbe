package io.bulkhead.seccomp;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.PolicyRule.Subject;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The default policy file (resource `default-policy.txt`), read once, and what it resolves to for a set of
/// capabilities.
public final class DefaultPolicy {

    private static final String FILE = "default-policy.txt";
    private static final List<Block> BLOCKS = load();

    private DefaultPolicy() {}

    private enum Kind {
        ALLOW,
        /// Fails with EPERM: programs know the call, and that it may be forbidden.
        REFUSE,
        /// Fails with ENOSYS, as if the kernel did not have it.
        ABSENT,
        /// Fails with EAFNOSUPPORT, as if the kernel did not have the family, unless another line allows it.
        UNSUPPORTED,
        /// Allowed with a capability.
        WITH
    }

    /// @param name of a group, or of a capability
    private record Block(Kind kind, String name, List<Item> items) {}

    private record Item(Subject.Call call, String origin) {}

    /// The filter of a container that has these capabilities and asked for nothing else.
    ///
    /// @param architecture the native one, by libseccomp's name, for example `SCMP_ARCH_X86_64`
    public static SeccompProfile resolve(Set<Capability> capabilities, String architecture) {
        var target = new Target(SyscallTable.ofName(architecture), capabilities);
        return ResolvedPolicy.of(SyscallPolicy.defaultPolicy(), target).profile();
    }

    /// The names that are allowed without a condition and without an added capability.
    public static Set<String> allowedCalls() {
        var names = new TreeSet<String>();
        for (Block block : BLOCKS) {
            block.items().stream()
                    .filter(item -> block.kind() == Kind.ALLOW
                            && item.call().conditions().isEmpty())
                    .forEach(item -> names.add(item.call().name()));
        }
        return names;
    }

    /// The file as a profile. A call that some line allows is not refused by another: that is how a capability opens
    /// it.
    static SeccompProfile base(Set<Capability> capabilities, SyscallTable table) {
        var allowed = new ArrayList<Rule>();
        var names = new HashSet<String>();
        var refused = new ArrayList<Rule>();
        for (Block block : BLOCKS) {
            boolean open = block.kind() == Kind.ALLOW
                    || (block.kind() == Kind.WITH && capabilities.contains(Capability.valueOf(block.name())));
            for (Item item : block.items()) {
                if (open) {
                    allowed.add(rule(item, Action.SCMP_ACT_ALLOW, Optional.empty()));
                    names.add(item.call().name());
                } else if (block.kind() == Kind.REFUSE || block.kind() == Kind.ABSENT) {
                    int errno = block.kind() == Kind.REFUSE ? Refusal.EPERM : Refusal.ENOSYS;
                    refused.add(rule(item, Action.SCMP_ACT_ERRNO, Optional.of(errno)));
                }
            }
        }
        refused.removeIf(rule -> names.contains(rule.names().getFirst()));
        refused.addAll(unsupported(allowed));
        allowed.addAll(refused);
        return new SeccompProfile(
                Action.SCMP_ACT_ERRNO, Optional.of(Refusal.ENOSYS), List.of(table.ociName()), List.of(), allowed);
    }

    private static List<Rule> unsupported(List<Rule> allowed) {
        var rules = new ArrayList<Rule>();
        for (Block block : BLOCKS) {
            for (Item item : block.kind() == Kind.UNSUPPORTED ? block.items() : List.<Item>of()) {
                String call = item.call().name();
                List<ArgumentCube> open = allowed.stream()
                        .filter(rule -> rule.names().contains(call))
                        .flatMap(rule -> ArgumentCube.of(call, rule.args()).stream())
                        .toList();
                ArgumentCube.minus(List.of(ArgumentCube.of(item.call().conditions())), open)
                        .forEach(left -> rules.add(new Rule(
                                List.of(call),
                                Action.SCMP_ACT_ERRNO,
                                Optional.of(Refusal.EAFNOSUPPORT),
                                left.toArguments(),
                                item.origin())));
            }
        }
        return rules;
    }

    private static Rule rule(Item item, Action action, Optional<Integer> errno) {
        List<Argument> args = ArgumentCube.of(item.call().conditions()).toArguments();
        return new Rule(List.of(item.call().name()), action, errno, args, item.origin());
    }

    /// For each of these capabilities, the calls that the file opens with it.
    static Map<String, Set<String>> opened(Set<Capability> capabilities) {
        var opened = new TreeMap<String, Set<String>>();
        Set<String> anyway = allowedCalls();
        for (Block block : BLOCKS) {
            if (block.kind() == Kind.WITH && capabilities.contains(Capability.valueOf(block.name()))) {
                var calls = new TreeSet<String>();
                block.items().forEach(item -> calls.add(spelling(item.call())));
                calls.removeAll(anyway);
                if (!calls.isEmpty()) {
                    opened.put(block.name(), calls);
                }
            }
        }
        return opened;
    }

    private static String spelling(Subject.Call call) {
        return call.conditions().isEmpty() ? call.name() : Condition.spelling(call.name(), call.conditions());
    }

    /// The capability that opens the whole call, if one does.
    static Optional<Capability> capabilityFor(String call) {
        return BLOCKS.stream()
                .filter(block -> block.kind() == Kind.WITH
                        && block.items().stream()
                                .anyMatch(item -> item.call().name().equals(call)
                                        && item.call().conditions().isEmpty()))
                .map(block -> Capability.valueOf(block.name()))
                .findFirst();
    }

    private static List<Block> load() {
        var blocks = new ArrayList<Block>();
        var lines = Resources.lines(FILE);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(" ")) {
                Block block = blocks.getLast();
                String origin = "default policy, " + block.kind().name().toLowerCase(java.util.Locale.ROOT) + " "
                        + block.name() + " (" + FILE + " line " + (i + 1) + ")";
                Resources.words(line).forEach(word -> block.items().add(new Item(PolicyRule.call(word), origin)));
            } else if (!line.isEmpty()) {
                blocks.add(block(line));
            }
        }
        return List.copyOf(blocks);
    }

    private static Block block(String heading) {
        int space = heading.indexOf(' ');
        Kind kind = Kind.valueOf(heading.substring(0, space).toUpperCase(java.util.Locale.ROOT));
        return new Block(kind, heading.substring(space + 1, heading.indexOf(':')), new ArrayList<>());
    }

    /// Which words the file has for each call, for its test: a call that it forgets is one that nobody decided on.
    static Map<String, List<String>> mentions() {
        var mentions = new LinkedHashMap<String, List<String>>();
        for (Block block : BLOCKS) {
            // These are about what other lines leave.
            if (block.kind() == Kind.UNSUPPORTED) {
                continue;
            }
            block.items()
                    .forEach(item -> mentions.computeIfAbsent(item.call().name(), _ -> new ArrayList<>())
                            .add(block.kind().name()));
        }
        return mentions;
    }
}
