package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.BpfProgram;
import io.bulkhead.seccomp.Explanation;
import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SeccompData;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Syscalls;
import io.bulkhead.seccomp.Target;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a policy says, and what libseccomp makes of it.
class FilterCompilerTest {

    private static final List<List<Long>> ARGUMENTS = Stream.of(
                    0L,
                    1L,
                    2L,
                    10L,
                    16L,
                    38L,
                    40L,
                    0x5401L,
                    0x5412L,
                    0x400000L,
                    0x1000_0000L,
                    0x7FFF_FFFF_0000_0001L,
                    0x1_0000_5412L)
            .flatMap(first -> Stream.of(0L, 1L, 3L, 0x803L, 0x5412L, 0x9_0000_5412L, 0xFFFF_FFFFL)
                    .map(second -> List.of(first, second, 6L, 0L, 0L, 0L)))
            .toList();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "deny:getcwd allow:@clock",
                "deny:ioctl(TIOCSTI)",
                "deny:ioctl(TIOCSTI) deny:ioctl(0x5400/0xff01) allow:ioctl(0x5401)",
                "deny:family:AF_INET allow:family:AF_VSOCK allow:arch:i386",
                "allow:socket deny:socket(_,SOCK_RAW/0xf) allow:arch:x32 allow:arch:i386",
                "allow:clone deny:clone(+CLONE_NEWUSER) action:errno=EACCES",
                "allow:socket(AF_INET,SOCK_STREAM) deny:family:AF_INET allow:arch:i386",
                "action:errno=ENOSYS allow:arch:i386",
                "deny:all allow:socket(AF_INET) allow:arch:i386 action:errno=ENOSYS",
                "deny:all allow:@basic-io allow:@network-io allow:socket(AF_ALG) allow:arch:i386",
                "deny:personality allow:personality(0x400000) action:kill",
                "allow:all deny:@mount action:log"
            })
    void theFilterDoesWhatTheExplanationSays(String rules) {
        var compiler = FilterCompiler.find().orElse(null);
        assumeTrue(compiler != null, "needs libseccomp");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "libseccomp's own table is this machine's");
        SyscallPolicy policy = SyscallPolicy.defaultPolicy();
        for (String rule : rules.isEmpty() ? new String[0] : rules.split(" ", -1)) {
            policy = policy.plus(rule);
        }
        var resolved = ResolvedPolicy.of(policy, new Target(SyscallTable.X86_64, Capability.DEFAULTS));

        BpfProgram filter = compiler.compile(resolved.profile());

        var known = SyscallTables.ofHost();
        for (SyscallTable table : resolved.tables()) {
            Set<Integer> numbers = known.calls(table).boxed().collect(Collectors.toUnmodifiableSet());
            for (String name : Syscalls.names()) {
                int number = Syscalls.number(table, name).orElse(-1);
                if (number >= 0 && numbers.contains(table.number(number))) {
                    assertSame(resolved, filter, table, name, table.number(number));
                }
            }
        }
    }

    private static void assertSame(
            ResolvedPolicy policy, BpfProgram filter, SyscallTable table, String name, int number) {
        for (List<Long> arguments : ARGUMENTS) {
            Explanation.Case said =
                    policy.explain(name, table, arguments).decided().orElseThrow();
            int done = filter.run(new SeccompData(number, table.architecture(), 0, arguments));
            String doing =
                    FilterAction.of(done) + (FilterAction.of(done) == FilterAction.ERRNO ? " " + (done & 0xFFFF) : "");
            assertThat(doing).as("%s %s %s", table, name, arguments).isEqualTo(expected(said));
        }
    }

    private static String expected(Explanation.Case said) {
        return said.action().name().replace("SCMP_ACT_", "")
                + said.errno().map(errno -> " " + errno).orElse("");
    }
}
