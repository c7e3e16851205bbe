package io.bulkhead.seccomp;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Operator;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/// The default policy file, read once, and what it resolves to for a set of capabilities.
public final class DefaultPolicy {

    private static final int EPERM = 1;
    private static final int ENOSYS = 38;

    /// `AF_UNIX`, `AF_INET`, `AF_INET6`, `AF_NETLINK`: what services use. Every other family is refused by being
    /// absent;
    /// equality on the whole 64-bit argument leaves no way round through the high half.
    private static final long[] SOCKET_FAMILIES = {1, 2, 10, 16};

    /// `AF_PACKET`, opened by CAP_NET_RAW, which it needs anyway.
    private static final long AF_PACKET = 17;

    /// `CLONE_NEWNS`, `NEWCGROUP`, `NEWUTS`, `NEWIPC`, `NEWUSER`, `NEWPID`, `NEWNET`.
    private static final long NEW_NAMESPACE_FLAGS = 0x7E02_0000L;

    /// Linux, 32-bit uname and no address randomisation (debuggers), and "ask only" (personality(2)).
    private static final long[] PERSONALITIES = {0x0, 0x0008, 0x0004_0000, 0x2_0000, 0x2_0008, 0xFFFF_FFFFL};

    private static final DefaultPolicy INSTANCE = load();

    private final Set<String> allowed = new TreeSet<>();
    private final Set<String> refused = new TreeSet<>();
    private final Map<Capability, Set<String>> opened = new EnumMap<>(Capability.class);

    private DefaultPolicy() {}

    /// The filter of a container that has these capabilities and asked for nothing else.
    ///
    /// @param architecture the native one, by libseccomp's name, for example `SCMP_ARCH_X86_64`
    public static SeccompProfile resolve(Set<Capability> capabilities, String architecture) {
        var allowed = new TreeSet<>(INSTANCE.allowed);
        INSTANCE.opened.forEach((capability, calls) -> {
            if (capabilities.contains(capability)) {
                allowed.addAll(calls);
            }
        });
        var refused = new TreeSet<>(INSTANCE.refused);
        refused.removeAll(allowed);
        var rules = new ArrayList<Rule>();
        rules.add(new Rule(List.copyOf(allowed), Action.SCMP_ACT_ALLOW, Optional.empty(), List.of()));
        rules.addAll(limited(capabilities));
        rules.add(new Rule(List.copyOf(refused), Action.SCMP_ACT_ERRNO, Optional.of(EPERM), List.of()));
        return new SeccompProfile(Action.SCMP_ACT_ERRNO, Optional.of(ENOSYS), List.of(architecture), List.of(), rules);
    }

    /// The names that are allowed without a condition and without an added capability.
    public static Set<String> allowedCalls() {
        return Set.copyOf(INSTANCE.allowed);
    }

    private static List<Rule> limited(Set<Capability> capabilities) {
        var rules = new ArrayList<Rule>();
        LongStream families = LongStream.of(SOCKET_FAMILIES);
        if (capabilities.contains(Capability.NET_RAW)) {
            families = LongStream.concat(families, LongStream.of(AF_PACKET));
        }
        families.forEach(family -> rules.add(when("socket", equal(family))));
        rules.add(when("socketpair", equal(1)));
        if (capabilities.contains(Capability.SYS_ADMIN)) {
            rules.add(new Rule(List.of("clone"), Action.SCMP_ACT_ALLOW, Optional.empty(), List.of()));
        } else {
            rules.add(when("clone", new Argument(0, NEW_NAMESPACE_FLAGS, 0, Operator.SCMP_CMP_MASKED_EQ)));
        }
        LongStream.of(PERSONALITIES).forEach(persona -> rules.add(when("personality", equal(persona))));
        return rules;
    }

    private static Rule when(String call, Argument condition) {
        return new Rule(List.of(call), Action.SCMP_ACT_ALLOW, Optional.empty(), List.of(condition));
    }

    private static Argument equal(long value) {
        return new Argument(0, value, 0, Operator.SCMP_CMP_EQ);
    }

    private static DefaultPolicy load() {
        try (InputStream file = DefaultPolicy.class.getResourceAsStream("default-policy.txt")) {
            if (file == null) {
                throw new IllegalStateException("the default system call policy is missing from the program");
            }
            return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException("the default system call policy cannot be read", failure);
        }
    }

    private static DefaultPolicy parse(String text) {
        var policy = new DefaultPolicy();
        Set<String> block = Set.of();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(" ")) {
                block.addAll(List.of(line.strip().split(" +", -1)));
            } else {
                block = policy.block(line);
            }
        }
        return policy;
    }

    private Set<String> block(String heading) {
        String word = heading.substring(heading.indexOf(' ') + 1, heading.indexOf(':'));
        return switch (heading.substring(0, heading.indexOf(' '))) {
            case "allow" -> allowed;
            case "refuse" -> refused;
            case "with" -> opened.computeIfAbsent(Capability.valueOf(word), _ -> new TreeSet<>());
            default -> throw new IllegalStateException("default system call policy: `" + heading + "`");
        };
    }
}
