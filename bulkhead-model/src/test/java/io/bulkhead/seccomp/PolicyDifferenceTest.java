package io.bulkhead.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.PolicyDifference.Answer;
import io.bulkhead.seccomp.PolicyDifference.Limit;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Operator;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyDifferenceTest {

    private static ResolvedPolicy policy(SyscallTable machine, Set<Capability> capabilities, String... rules) {
        SyscallPolicy policy = SyscallPolicy.defaultPolicy();
        for (String rule : rules) {
            policy = policy.plus(rule);
        }
        return ResolvedPolicy.of(policy, new Target(machine, capabilities));
    }

    private static ResolvedPolicy policy(String... rules) {
        return policy(SyscallTable.X86_64, Capability.DEFAULTS, rules);
    }

    private static PolicyDifference.Table own(PolicyDifference difference) {
        return difference.tables().getFirst();
    }

    @Test
    void aPolicyDoesNotDifferFromItself() {
        assertThat(PolicyDifference.of(policy(), policy()).isEmpty()).isTrue();
        assertThat(PolicyDifference.of(policy("deny:ioctl(TIOCSTI)"), policy("deny:ioctl(0x5412)"))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void callsAreGainedAndLost() {
        var difference = PolicyDifference.of(policy(), policy("deny:getcwd", "allow:clock_adjtime"));

        assertThat(own(difference).gained()).containsExactly("clock_adjtime");
        assertThat(own(difference).lost()).containsExactly("getcwd");
        assertThat(own(difference).limits()).isEmpty();
        assertThat(difference.isEmpty()).isFalse();
    }

    @Test
    void turnedRoundGainedIsLost() {
        var difference = PolicyDifference.of(policy("deny:getcwd", "allow:clock_adjtime"), policy());

        assertThat(own(difference).gained()).containsExactly("getcwd");
        assertThat(own(difference).lost()).containsExactly("clock_adjtime");
    }

    @Test
    void argumentsThatChangedAreNamedAsRulesWriteThem() {
        var difference = PolicyDifference.of(policy(), policy("allow:family:AF_VSOCK", "deny:family:AF_INET6"));

        assertThat(own(difference).limits())
                .containsExactly(
                        new Limit("socket", List.of("socket(AF_VSOCK)"), List.of("socket(AF_INET6)")),
                        new Limit("socketpair", List.of("socketpair(AF_VSOCK)"), List.of()));
        assertThat(own(difference).gained()).isEmpty();
    }

    @Test
    void aCapabilityIsTheCallsItOpens() {
        var difference = PolicyDifference.of(policy(), policy(SyscallTable.X86_64, Set.of(Capability.SYS_TIME)));

        assertThat(own(difference).gained()).contains("clock_settime", "settimeofday");
    }

    @Test
    void aTableThatOpensIsAllItsCalls() {
        var difference = PolicyDifference.of(policy(), policy("allow:arch:i386"));

        PolicyDifference.Table i386 = difference.tables().get(1);
        assertThat(i386.table()).isEqualTo(SyscallTable.I386);
        assertThat(i386.gained()).contains("getpid", "_llseek").doesNotContain("socketcall");
        assertThat(own(difference).gained()).isEmpty();
    }

    @Test
    void anotherErrorIsAnotherAnswer() {
        var difference = PolicyDifference.of(policy(), policy("action:errno=EACCES"));

        assertThat(own(difference).answers())
                .contains(new Answer("unshare", "refused with EPERM", "refused with EACCES"));
        assertThat(own(difference).gained()).isEmpty();
        assertThat(own(difference).lost()).isEmpty();
    }

    @Test
    void aConditionOnAWideArgumentIsComparedAsWritten() {
        PolicyDifference difference = PolicyDifference.of(reading(10), reading(20));

        assertThat(own(difference).limits())
                .containsExactly(new Limit("read", List.of("read(arg2 < 0x14)"), List.of("read(arg2 < 0xa)")));
    }

    private static ResolvedPolicy reading(long most) {
        var rule = new Rule(
                List.of("read"),
                Action.SCMP_ACT_ALLOW,
                Optional.empty(),
                List.of(new Argument(2, most, 0, Operator.SCMP_CMP_LT)),
                "test");
        var profile = new SeccompProfile(
                Action.SCMP_ACT_ERRNO, Optional.of(1), List.of("SCMP_ARCH_X86_64"), List.of(), List.of(rule));
        return ResolvedPolicy.of(
                SyscallPolicy.defaultPolicy().over(new SyscallPolicy.Base.Profile(profile)),
                new Target(SyscallTable.X86_64, Set.of()));
    }

    @Test
    void policiesOfDifferentMachinesAreNotCompared() {
        var arm = policy(SyscallTable.AARCH64, Set.of());

        assertThatThrownBy(() -> PolicyDifference.of(policy(), arm)).hasMessage("policies for different machines");
    }

    @Test
    void someArgumentsLeaveTheOthersOpen() {
        var policy = policy("deny:socket(AF_INET,SOCK_RAW/0xf)");

        var known = policy.explain("socket", SyscallTable.X86_64, ArgumentWords.parse("socket", List.of("AF_INET")));
        var raw = policy.explain("socket", SyscallTable.X86_64, ArgumentWords.parse("socket", List.of("2", "0x3")));
        var vsock = policy.explain("socket", SyscallTable.X86_64, ArgumentWords.parse("socket", List.of("AF_VSOCK")));

        assertThat(known.cases().stream().map(Explanation.Case::verdict)).contains("allowed", "refused with EPERM");
        assertThat(known.cases().stream().map(known::spelling)).contains("socket(AF_INET,SOCK_RAW/0xf)");
        assertThat(raw.decided().orElseThrow().verdict()).isEqualTo("refused with EPERM");
        assertThat(vsock.decided().orElseThrow().change()).isEqualTo("--security-opt seccomp:allow:family:AF_VSOCK");
    }

    @Test
    void wordsThatAreNoArgumentsAreRefused() {
        assertThatThrownBy(() -> ArgumentWords.parse("socket", List.of("AF_VSOKC")))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("did you mean AF_VSOCK");
        assertThatThrownBy(() -> ArgumentWords.parse("read", List.of("x")))
                .hasMessageContaining("no number below 2^64");
        assertThatThrownBy(() -> ArgumentWords.parse("read", List.of("1", "2", "3", "4", "5", "6", "7")))
                .hasMessageContaining("at most 6");
        assertThat(ArgumentWords.parse("read", List.of("0xffffffffffffffff"))).containsExactly(-1L);
    }
}
