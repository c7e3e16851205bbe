package io.bulkhead.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyLanguageTest {

    private static final Target TARGET = new Target(SyscallTable.X86_64, Capability.DEFAULTS);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "deny:getcwd ; deny:getcwd",
                "deny=getcwd ; deny:getcwd",
                "allow=@clock ; allow:@clock",
                "deny:all ; deny:all",
                "allow:arch=i386 ; allow:arch:i386",
                "allow=arch:x86 ; allow:arch:i386",
                "allow:family=AF_VSOCK ; allow:family:AF_VSOCK",
                "deny:ioctl(TIOCSTI) ; deny:ioctl(TIOCSTI)",
                "deny:ioctl(0x5412) ; deny:ioctl(TIOCSTI)",
                "deny:ioctl(_, 21522) ; deny:ioctl(TIOCSTI)",
                "allow:personality(0x20000) ; allow:personality(UNAME26)",
                "deny:clone(+CLONE_NEWUSER|CLONE_NEWNS) ; deny:clone(+CLONE_NEWNS|CLONE_NEWUSER)",
                "deny:socket(AF_INET, SOCK_RAW/0xf) ; deny:socket(AF_INET,SOCK_RAW/0xf)",
            })
    void aRuleIsWrittenInManyWaysAndShownInOne(String text, String shown) {
        assertThat(PolicyRule.parse(text).spelling()).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "action:errno=EPERM ; action:errno=EPERM",
                "action=errno=EACCES ; action:errno=EACCES",
                "action:errno:38 ; action:errno=ENOSYS",
                "action:kill ; action:kill",
                "action=log ; action:log",
                "action=trap ; action:trap",
            })
    void anActionIsReadAndShown(String text, String shown) {
        assertThat(SyscallPolicy.defaultPolicy().plus(text).spelling()).containsExactly(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "deny:getcwdd ; UNKNOWN_CALL ; did you mean getcwd",
                "deny:OPEN ; UNKNOWN_CALL ; did you mean open",
                "allow:@clok ; UNKNOWN_GROUP ; did you mean @clock",
                "allow:family:AF_VSOK ; UNKNOWN_FAMILY ; did you mean AF_VSOCK",
                "allow:arch:sparc ; UNKNOWN_ARCHITECTURE ; known are x86_64",
                "deny:ioctl(TIOCST) ; UNKNOWN_VALUE ; did you mean TIOCSTI",
                "deny:ioctl(0x100000000) ; UNKNOWN_VALUE ; below 2^32",
                "deny:ioctl(-) ; UNKNOWN_VALUE ; neither a number",
                "deny:ioctl(3/0) ; CONDITION ; no mask",
                "deny:ioctl(3/4) ; CONDITION ; outside the mask",
                "deny:ioctl(3, 4) ; CONDITION ; argument 0 of `ioctl` takes no condition",
                "deny:ioctl(_) ; CONDITION ; leave out the ()",
                "deny:read(3) ; CONDITION ; take no conditions",
                "deny:open( ; SYNTAX ; closing )",
                "deny: ; SYNTAX ; allow:SUBJECT",
                "deny ; SYNTAX ; allow:SUBJECT",
                "permit:read ; SYNTAX ; action:ACTION",
                "deny:group:x ; SYNTAX ; a subject is",
                "action:errno=EPRM ; UNKNOWN_VALUE ; did you mean EPERM",
                "action:errno=0 ; UNKNOWN_VALUE ; from 1 to 4095",
                "action:notify ; SYNTAX ; kill, log or trap",
                "action ; SYNTAX ; kill, log or trap",
            })
    void whatMeansNothingIsRefusedWithWhatWouldBeRight(String text, Reason reason, String hint) {
        assertThatThrownBy(() -> SyscallPolicy.defaultPolicy().plus(text))
                .hasMessageContaining(hint)
                .asInstanceOf(InstanceOfAssertFactories.type(PolicyException.class))
                .extracting(PolicyException::reason)
                .isEqualTo(reason);
    }

    @Test
    void aCallOfAnotherArchitectureIsSaidToBeOne() {
        SyscallPolicy policy = SyscallPolicy.defaultPolicy().plus("deny:socketcall");

        assertThatThrownBy(() -> ResolvedPolicy.of(policy, TARGET))
                .hasMessage("the system call `socketcall` exists only on i386; this filter is for x86_64");
        assertThat(ResolvedPolicy.of(policy.plus("allow:arch:i386"), TARGET).tables())
                .containsExactly(SyscallTable.X86_64, SyscallTable.I386);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow:arch:aarch64", "allow:arch:arm"})
    void anArchitectureOfAnotherMachineIsRefused(String rule) {
        SyscallPolicy policy = SyscallPolicy.defaultPolicy().plus(rule);

        assertThatThrownBy(() -> ResolvedPolicy.of(policy, TARGET)).hasMessageContaining("this machine runs no");
    }

    @Test
    void theMachinesOwnArchitectureCannotBeDenied() {
        SyscallPolicy policy = SyscallPolicy.defaultPolicy().plus("deny:arch:x86_64");

        assertThatThrownBy(() -> ResolvedPolicy.of(policy, TARGET)).hasMessageContaining("no program of the container");
    }

    @Test
    void twoActionsContradictEachOther() {
        SyscallPolicy policy = SyscallPolicy.defaultPolicy().plus("action:kill");

        assertThat(policy.plus("action:kill")).isEqualTo(policy);
        assertThatThrownBy(() -> policy.plus("action:log")).hasMessageContaining("a policy has one action");
    }

    @Test
    void anExplanationNamesTheRuleAndTheOptionThatChangesIt() {
        ResolvedPolicy policy = ResolvedPolicy.of(
                SyscallPolicy.defaultPolicy().plus("deny:getcwd").plus("deny:@sync"), TARGET);

        assertThat(decided(policy, "getcwd").origin()).isEqualTo("option seccomp:deny:getcwd");
        assertThat(decided(policy, "getcwd").change()).isEqualTo("leave out --security-opt seccomp:deny:getcwd");
        assertThat(decided(policy, "getcwd").verdict()).isEqualTo("refused with EPERM");
        assertThat(decided(policy, "fsync").change()).isEqualTo("--security-opt seccomp:allow:fsync");
        assertThat(decided(policy, "mount").origin())
                .matches("default policy, refuse mounts \\(default-policy.txt line [0-9]+\\)");
        assertThat(decided(policy, "mount").change())
                .isEqualTo("--security-opt seccomp:allow:mount, or --cap-add SYS_ADMIN");
        assertThat(policy.explain("getpid", SyscallTable.I386, List.of())
                        .decided()
                        .orElseThrow()
                        .change())
                .isEqualTo("--security-opt seccomp:allow:arch:i386");
    }

    private static Explanation.Case decided(ResolvedPolicy policy, String call) {
        return policy.explain(call, SyscallTable.X86_64, List.of()).decided().orElseThrow();
    }

    @Provide
    Arbitrary<String> options() {
        Arbitrary<String> likely = Arbitraries.of(
                        "allow", "deny", "action", ":", "=", "(", ")", ",", "_", "+", "-", "|", "/", "@", "all", "arch",
                        "family", "errno", "ioctl", "socket", "clone", "AF_INET", "TIOCSTI", "0x", "1", "\u0000", "é")
                .list()
                .ofMaxSize(12)
                .map(words -> String.join("", words));
        return Arbitraries.oneOf(likely, Arbitraries.strings().ofMaxLength(60));
    }

    @Property(tries = 5000)
    void noTextDoesMoreThanBeRefused(@ForAll("options") String option) {
        SyscallPolicy policy;
        try {
            policy = SyscallPolicy.defaultPolicy().plus(option);
        } catch (PolicyException refused) {
            assertThat(refused).message().doesNotContain("\u0000");
            return;
        }
        assertThat(SyscallPolicy.defaultPolicy().plus(policy.spelling().getFirst()))
                .isEqualTo(policy);
    }
}
