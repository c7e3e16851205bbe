package io.bulkhead.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.SeccompProfile.Action;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DefaultPolicyTest {

    private static final List<String> NEVER = List.of(
            "kexec_load",
            "kexec_file_load",
            "open_by_handle_at",
            "init_module",
            "finit_module",
            "delete_module",
            "iopl",
            "ioperm",
            "swapon",
            "swapoff",
            "sysfs",
            "_sysctl",
            "adjtimex",
            "clock_adjtime",
            "lookup_dcookie",
            "perf_event_open",
            "fanotify_init",
            "kcmp",
            "bpf",
            "userfaultfd",
            "io_uring_setup",
            "unshare",
            "setns",
            "mount",
            "fsopen",
            "keyctl",
            "add_key",
            "clone3");

    @Test
    void dangerousCallsAreNotAllowed() {
        assertThat(allowedNames(Capability.DEFAULTS)).doesNotContainAnyElementsOf(NEVER);
    }

    @Test
    void onlyTheNativeArchitectureIsNamed() {
        SeccompProfile profile = DefaultPolicy.resolve(Capability.DEFAULTS, "SCMP_ARCH_X86_64");

        assertThat(profile.architectures()).containsExactly("SCMP_ARCH_X86_64");
        assertThat(profile.defaultAction()).isEqualTo(Action.SCMP_ACT_ERRNO);
        assertThat(profile.defaultErrnoRet()).contains(38);
    }

    @Test
    void noCallIsBothAllowedAndRefused() {
        SeccompProfile profile = DefaultPolicy.resolve(EnumSet.allOf(Capability.class), "SCMP_ARCH_X86_64");
        var allowed = allowedNames(EnumSet.allOf(Capability.class));

        assertThat(profile.syscalls().stream()
                        .filter(rule -> rule.action() != Action.SCMP_ACT_ALLOW
                                && rule.args().isEmpty())
                        .flatMap(rule -> rule.names().stream()))
                .doesNotContainAnyElementsOf(allowed);
    }

    /// A call that the file forgets is one that nobody decided about.
    @Test
    void everyCallOfEveryTableIsNamedOnce() {
        var mentions = DefaultPolicy.mentions();

        assertThat(mentions.keySet()).containsExactlyInAnyOrderElementsOf(Syscalls.names());
        mentions.forEach((call, words) -> assertThat(
                        words.stream().filter(word -> !word.equals("WITH")).distinct())
                .as(call)
                .hasSize(1));
    }

    @Test
    void atMostThreeHundredEntriesAreReachable() {
        ResolvedPolicy policy =
                ResolvedPolicy.of(SyscallPolicy.defaultPolicy(), new Target(SyscallTable.X86_64, Capability.DEFAULTS));

        assertThat(policy.reachable(SyscallTable.X86_64)).hasSizeBetween(250, 300);
        assertThat(policy.reachable(SyscallTable.I386)).isEmpty();
        assertThat(policy.reachable(SyscallTable.X32)).isEmpty();
    }

    @Test
    void aCapabilitySaysWhichCallsItOpens() {
        var policy = ResolvedPolicy.of(
                SyscallPolicy.defaultPolicy(),
                new Target(SyscallTable.X86_64, EnumSet.of(Capability.SYS_TIME, Capability.NET_RAW, Capability.CHOWN)));

        assertThat(policy.openedByCapabilities()).containsOnlyKeys("NET_RAW", "SYS_TIME");
        assertThat(policy.openedByCapabilities().get("NET_RAW")).containsExactly("socket(AF_PACKET)");
        assertThat(policy.openedByCapabilities().get("SYS_TIME")).contains("clock_adjtime", "settimeofday");
        assertThat(policy.reachable(SyscallTable.X86_64)).contains("clock_adjtime");
    }

    @Test
    void socketsOpenOnlyForNamedFamilies() {
        SeccompProfile profile = DefaultPolicy.resolve(Capability.DEFAULTS, "SCMP_ARCH_X86_64");

        assertThat(profile.syscalls().stream()
                        .filter(rule -> rule.names().contains("socket") && rule.action() == Action.SCMP_ACT_ALLOW))
                .hasSize(4)
                .allMatch(rule -> rule.args().size() == 1);
    }

    @Test
    void otherFamiliesSeemToBeMissingFromTheKernel() {
        var target = new Target(SyscallTable.X86_64, Capability.DEFAULTS);
        ResolvedPolicy policy = ResolvedPolicy.of(SyscallPolicy.defaultPolicy(), target);
        ResolvedPolicy raw = ResolvedPolicy.of(
                SyscallPolicy.defaultPolicy(), new Target(SyscallTable.X86_64, EnumSet.of(Capability.NET_RAW)));

        for (long family = 0; family < 70; family++) {
            boolean open = List.of(1L, 2L, 10L, 16L).contains(family);
            assertThat(answer(policy, family)).as("family " + family).isEqualTo(open ? 0 : family < 64 ? 97 : 38);
            assertThat(answer(raw, family))
                    .as("family " + family)
                    .isEqualTo(open || family == 17 ? 0 : family < 64 ? 97 : 38);
        }
        assertThat(policy.profile().syscalls().stream()
                        .filter(rule -> rule.names().contains("socket")))
                .hasSizeLessThan(20);
    }

    private static int answer(ResolvedPolicy policy, long family) {
        return policy.explain("socket", SyscallTable.X86_64, List.of(family))
                .decided()
                .orElseThrow()
                .errno()
                .orElse(0);
    }

    @Test
    void aDeniedFamilySeemsToBeMissingToo() {
        var target = new Target(SyscallTable.X86_64, Capability.DEFAULTS);
        SyscallPolicy denied = SyscallPolicy.defaultPolicy().plus("deny:family:AF_INET6");

        assertThat(answer(ResolvedPolicy.of(denied, target), 10)).isEqualTo(97);
        assertThat(answer(ResolvedPolicy.of(denied.plus("action:errno=EACCES"), target), 10))
                .isEqualTo(13);
        assertThat(answer(ResolvedPolicy.of(denied.plus("action:errno=EACCES"), target), 38))
                .isEqualTo(97);
    }

    @Test
    void aCapabilityOpensTheCallsItIsFor() {
        var capabilities = EnumSet.copyOf(Capability.DEFAULTS);
        capabilities.add(Capability.SYS_ADMIN);

        assertThat(allowedNames(capabilities)).contains("mount", "unshare");
    }

    private static Set<String> allowedNames(Set<Capability> capabilities) {
        var names = new HashSet<String>();
        DefaultPolicy.resolve(capabilities, "SCMP_ARCH_X86_64").syscalls().stream()
                .filter(rule -> rule.action() == Action.SCMP_ACT_ALLOW)
                .forEach(rule -> names.addAll(rule.names()));
        return names;
    }
}
