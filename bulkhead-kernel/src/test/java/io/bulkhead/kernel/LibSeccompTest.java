package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.seccomp.DefaultPolicy;
import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.SeccompData;
import io.bulkhead.seccomp.SeccompProfile;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Operator;
import io.bulkhead.seccomp.SyscallTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LibSeccompTest {

    private static final int ENOSYS = 38;
    private static final List<Long> NOTHING = List.of(0L, 0L, 0L, 0L, 0L, 0L);

    private final Optional<LibSeccomp> library = LibSeccomp.find();

    @BeforeEach
    void itIsThere() {
        assumeTrue(library.isPresent(), "needs libseccomp.so.2");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are this machine's");
    }

    private SeccompFilter allowlist() {
        return library.orElseThrow().begin(Action.SCMP_ACT_ERRNO, Optional.of(ENOSYS));
    }

    private static SeccompData call(SyscallTable table, int number) {
        return new SeccompData(number, table.architecture(), 0, NOTHING);
    }

    @Test
    void versionAndLevelAreThoseOfTheHost() {
        assertThat(library.orElseThrow().version()).matches("2\\.\\d+\\.\\d+");
        assertThat(library.orElseThrow().apiLevel().orElseThrow()).isBetween(1, 20);
    }

    @Test
    void aFilterDoesWhatItsRulesSayInEveryTableThatIsOpen() {
        try (var filter = allowlist()) {
            filter.open(SyscallTable.I386);
            boolean added = filter.add("getpid", Action.SCMP_ACT_ALLOW, Optional.empty(), List.of());

            assertThat(added).isTrue();
            var program = filter.bpf();
            assertThat(program.run(call(SyscallTable.X86_64, 39))).isEqualTo(FilterAction.ALLOW.code());
            assertThat(program.run(call(SyscallTable.I386, 20))).isEqualTo(FilterAction.ALLOW.code());
            assertThat(program.run(call(SyscallTable.X86_64, 20))).isEqualTo(FilterAction.ERRNO.code() | ENOSYS);
            assertThat(FilterAction.of(program.run(call(SyscallTable.ARM, 20)))).isEqualTo(FilterAction.KILL_THREAD);
        }
    }

    @Test
    void argumentsAreCompared() {
        var family = new Argument(0, 2, 0, Operator.SCMP_CMP_EQ);
        try (var filter = allowlist()) {
            assertThat(filter.add("socket", Action.SCMP_ACT_ALLOW, Optional.empty(), List.of(family)))
                    .isTrue();

            var internet = new SeccompData(41, SyscallTable.X86_64.architecture(), 0, List.of(2L, 0L, 0L, 0L, 0L, 0L));
            assertThat(filter.bpf().run(internet)).isEqualTo(FilterAction.ALLOW.code());
            assertThat(filter.bpf().run(call(SyscallTable.X86_64, 41))).isEqualTo(FilterAction.ERRNO.code() | ENOSYS);
        }
    }

    @Test
    void theSameTableTwiceIsOnce() {
        try (var filter = allowlist()) {
            filter.open(SyscallTable.X86_64);
            filter.open(SyscallTable.X86_64);

            assertThat(filter.bpf().instructions()).isNotEmpty();
        }
    }

    @Test
    void whatHasNoNameOrChangesNothingIsNoRule() {
        try (var filter = allowlist()) {
            assertThat(filter.add("opne", Action.SCMP_ACT_ALLOW, Optional.empty(), List.of()))
                    .isFalse();
            assertThat(filter.add("read", Action.SCMP_ACT_ERRNO, Optional.of(ENOSYS), List.of()))
                    .isFalse();
        }
    }

    @Test
    void whatTheLibraryRefusesIsAFailureWithItsErrno() {
        var wrong = new Argument(0, 1, 0, Operator.SCMP_CMP_EQ);
        try (var filter = allowlist()) {
            assertThatThrownBy(() -> filter.add(
                            "read",
                            Action.SCMP_ACT_ALLOW,
                            Optional.empty(),
                            List.of(wrong, wrong, wrong, wrong, wrong, wrong, wrong)))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("libseccomp: add a rule for read");
        }
    }

    @Test
    void aClosedFilterIsRefusedAndNotReadFromFreedMemory() {
        var filter = allowlist();
        filter.close();
        filter.close();

        assertThatThrownBy(filter::bpf).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> filter.open(SyscallTable.I386)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theDefaultPolicyHasPseudocodeThatNamesItsCalls() {
        SeccompProfile profile = DefaultPolicy.resolve(Set.of(), "SCMP_ARCH_X86_64");

        String text = FilterCompiler.find().orElseThrow().pseudocode(profile);

        assertThat(text)
                .contains("# filter for arch x86_64", "# filter for syscall \"read\"", "action ALLOW;")
                .contains("default action")
                .doesNotContain("\"kexec_load\" (246) [priority: 65535]\n    if ($syscall == 246)\n      action ALLOW");
    }
}
