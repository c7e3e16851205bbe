package io.bulkhead.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.BeyondDefault;
import io.bulkhead.seccomp.DockerProfile;
import io.bulkhead.seccomp.DockerProfile.KernelVersion;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.SeccompProfile;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Target;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileReaderTest {

    private static final Target TARGET = new Target(SyscallTable.X86_64, Set.of());
    private static final KernelVersion KERNEL = KernelVersion.parse("6.1");

    private static DockerProfile read(String json) {
        return ProfileReader.read(json.replace('\'', '"'));
    }

    private static DockerProfile withEntry(String fields) {
        return read("{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[{'names':['read'],'action':'SCMP_ACT_ALLOW'},{"
                + fields + "}]}");
    }

    private static Set<String> named(DockerProfile profile, Target target, String kernel) {
        return profile.resolve(target, KernelVersion.parse(kernel)).syscalls().stream()
                .flatMap(rule -> rule.names().stream())
                .collect(java.util.stream.Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | empty profile is no filter",
                "\" \" | empty profile is no filter",
                "{} | `defaultAction` is missing",
                "[] | an object is expected",
                "null | an object is expected",
                "{'defaultAction':'SCMP_ACT_ALLOW'} | an empty profile is no filter",
                "{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[]} | an empty profile is no filter",
                "{'defaultAction':'SCMP_ACT_ERRNO','syscalls':null} | an empty profile is no filter",
                "{'defaultAction':'ERRNO'} | /defaultAction: `ERRNO` is no action",
                "{'defaultAction':'SCMP_ACT_NOTIFY'} | /defaultAction: SCMP_ACT_NOTIFY is not supported",
                "{'defaultAction':'SCMP_ACT_ERRNO','listenerPath':'/x'} | /listenerPath: another process",
                "{'defaultAction':'SCMP_ACT_ERRNO','rules':[]} | the field `rules` is not known",
                "{'defaultAction':'SCMP_ACT_ERRNO','defaultAction':'SCMP_ACT_LOG'} | no JSON",
                "{'defaultAction':'SCMP_ACT_ERRNO'} x | no JSON",
                "{'defaultAction':'SCMP_ACT_KILL','defaultErrnoRet':1} | takes no errno",
                "{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':4096} | from 0 to 4095",
                "{'defaultAction':'SCMP_ACT_ERRNO','flags':['X']} | /flags/0: `X` is no flag",
                "{'defaultAction':'SCMP_ACT_ERRNO','architectures':['x']} | /architectures/0: `x` is no architecture",
            })
    void aProfileThatIsNotUnderstoodIsRefusedWithThePlace(String json, String problem) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(PolicyException.class).hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'action':'SCMP_ACT_ALLOW' | /syscalls/1/names: the entry names no call",
                "'names':['a'] | /syscalls/1: `action` is missing",
                "'names':['a'],'name':'b','action':'SCMP_ACT_ALLOW' | /syscalls/1/name: there is `names` too",
                "'names':['a b'],'action':'SCMP_ACT_ALLOW' | /syscalls/1/names/0: `a b` cannot be",
                "'names':['a'],'action':'SCMP_ACT_ALLOW','arg':[] | /syscalls/1: the field `arg`",
                "'names':['a'],'action':'SCMP_ACT_ALLOW','args':[{'index':6,'value':1,'op':'SCMP_CMP_EQ'}] | 0 to 5",
                "'names':['a'],'action':'SCMP_ACT_ALLOW','args':[{'index':0,'value':-1,'op':'SCMP_CMP_EQ'}] | 0 to 184",
                "'names':['a'],'action':'SCMP_ACT_ALLOW','args':[{'index':0,'value':1,'op':'EQ'}] | no comparison",
                "'names':['a'],'action':'SCMP_ACT_ALLOW','includes':{'caps':['CAP_X']} | unknown capability `CAP_X`",
                "'names':['a'],'action':'SCMP_ACT_ALLOW','includes':{'minKernel':'new'} | no kernel version",
                "'names':['a'],'action':'SCMP_ACT_ALLOW','includes':{'kernel':'4.8'} | the field `kernel`",
            })
    void anEntryThatIsNotUnderstoodIsRefusedWithThePlace(String fields, String problem) {
        assertThatThrownBy(() -> withEntry(fields))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(problem);
    }

    /// A runtime takes either as enough, so that "not 38 and not 40" would let both through (moby#52494).
    @Test
    void anEntryIsKnownByTheLineWhereItBegins() {
        DockerProfile profile = ProfileReader.read("""
                {"defaultAction": "SCMP_ACT_ERRNO",
                 "syscalls": [
                    {"names": ["read"], "action": "SCMP_ACT_ALLOW"}, {"names": ["write"], "action": "SCMP_ACT_ALLOW"},

                    {"names": ["socket"], "action": "SCMP_ACT_ALLOW",
                     "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]},
                    {"names": ["poll"],
                     "action": "SCMP_ACT_ALLOW"}
                 ]}
                """);

        assertThat(profile.syscalls()).map(DockerProfile.Entry::line).containsExactly(3, 3, 5, 7);
        assertThat(ProfileReader.read("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],"
                                + "\"action\":\"SCMP_ACT_ALLOW\"}]}")
                        .syscalls()
                        .getFirst()
                        .line())
                .isZero();
    }

    @Test
    void twoConditionsOnOneArgumentAreRefused() {
        assertThatThrownBy(() -> withEntry("'names':['socket'],'action':'SCMP_ACT_ALLOW','args':["
                        + "{'index':0,'value':38,'op':'SCMP_CMP_NE'},{'index':0,'value':40,'op':'SCMP_CMP_NE'}]"))
                .hasMessageContaining("two conditions on one argument");
    }

    /// libseccomp would forget the condition, and with it the denial.
    @Test
    void entriesThatContradictEachOtherAreRefused() {
        DockerProfile whole = withEntry("'names':['read'],'action':'SCMP_ACT_ERRNO','errnoRet':5,'args':["
                + "{'index':0,'value':3,'op':'SCMP_CMP_EQ'}]");

        assertThatThrownBy(() -> whole.resolve(TARGET, KERNEL))
                .hasMessage("profile /syscalls/0 and profile /syscalls/1 answer `read` differently for the same "
                        + "arguments");
    }

    @Test
    void entriesAreForCapabilitiesMachinesAndKernels() {
        DockerProfile caps = withEntry("'name':'bpf','action':'SCMP_ACT_ALLOW','includes':{'caps':['CAP_BPF']}");
        DockerProfile without = withEntry("'name':'bpf','action':'SCMP_ACT_ALLOW','excludes':{'caps':['CAP_BPF']}");
        DockerProfile kernel = withEntry("'name':'ptrace','action':'SCMP_ACT_ALLOW','includes':{'minKernel':'4.8'}");
        DockerProfile arch = withEntry("'name':'ptrace','action':'SCMP_ACT_ALLOW','excludes':{'arches':['amd64']}");
        var bpf = new Target(SyscallTable.X86_64, Set.of(Capability.BPF));

        assertThat(named(caps, TARGET, "6.1")).containsExactly("read");
        assertThat(named(caps, bpf, "6.1")).contains("bpf");
        assertThat(named(without, TARGET, "6.1")).contains("bpf");
        assertThat(named(without, bpf, "6.1")).containsExactly("read");
        assertThat(named(kernel, TARGET, "4.8.1")).contains("ptrace");
        assertThat(named(kernel, TARGET, "4.10")).contains("ptrace");
        assertThat(named(kernel, TARGET, "4.7.9")).containsExactly("read");
        assertThat(named(arch, TARGET, "6.1")).containsExactly("read");
        assertThat(named(arch, new Target(SyscallTable.AARCH64, Set.of()), "6.1"))
                .contains("ptrace");
    }

    /// Runtimes leave out names they do not know: here that would open the call.
    @Test
    void aCallThatNobodyKnowsCannotBeDeniedWhereAllElseIsAllowed() {
        DockerProfile list =
                read("{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['opne'],'action':'SCMP_ACT_ERRNO'}]}");

        assertThatThrownBy(() -> list.resolve(TARGET, KERNEL))
                .hasMessage("/syscalls/0/names: no system call is called `opne`; did you mean open?");
    }

    @Test
    void aProfileThatAllowsWhatItDoesNotNameIsAPrivilege() {
        SeccompProfile list =
                read("{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['mount'],'action':'SCMP_ACT_ERRNO'}]}")
                        .resolve(TARGET, KERNEL);

        var policy = SyscallPolicy.defaultPolicy().over(new SyscallPolicy.Base.Profile(list));

        assertThat(BeyondDefault.of(policy, Set.of()).calls()).containsExactly("all");
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        "\"defaultAction\"",
                        "\"SCMP_ACT_ERRNO\"",
                        "\"syscalls\"",
                        "\"names\"",
                        "\"read\"",
                        "\"action\"",
                        "\"args\"",
                        "\"index\"",
                        "1",
                        "-1",
                        "1e99",
                        "null",
                        "true",
                        "\"archMap\"",
                        "\"op\"",
                        "\"SCMP_CMP_EQ\"",
                        "\"value\"",
                        "99999999999999999999999",
                        "\"\\u0000\"")
                .list()
                .ofMaxSize(40)
                .map(words -> String.join("", words));
    }

    @Property(tries = 5000)
    void noTextDoesMoreThanBeRefused(@ForAll("texts") String text) {
        try {
            assertThat(ProfileReader.read(text).syscalls()).isNotEmpty();
        } catch (PolicyException refused) {
            assertThat(refused).message().doesNotContain("\u0000");
        }
    }

    /// A good profile with one character changed: it is refused, or it says something that can be resolved or not.
    @Property(tries = 3000)
    void oneWrongCharacterDoesNoHarm(@ForAll int where, @ForAll char what) {
        String good = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"socket\"],\"action\":"
                + "\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":2,\"valueTwo\":0,\"op\":\"SCMP_CMP_NE\"}]}]}";
        var text = new StringBuilder(good);
        text.setCharAt(Math.floorMod(where, good.length()), what);
        try {
            ProfileReader.read(text.toString()).resolve(TARGET, KERNEL);
        } catch (PolicyException refused) {
            assertThat(refused).hasMessageNotContaining("\n");
        }
    }

    @Test
    void aDeepOrHugeFileIsRefused() {
        assertThatThrownBy(() -> ProfileReader.read("[".repeat(100_000))).isInstanceOf(PolicyException.class);
        assertThatThrownBy(() -> ProfileReader.read(" ".repeat(2_000_000)))
                .hasMessageContaining("more than 1048576 characters");
        assertThatThrownBy(
                        () -> read("{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[{'action':'SCMP_ACT_ALLOW','names':"
                                + List.copyOf(java.util.Collections.nCopies(2001, "'read'")) + "}]}"))
                .hasMessageContaining("more than 2000 values");
    }
}
