package io.bulkhead.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.Recording.Call;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedProfileTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Recording NONE = Recording.none(new RecordingName("web"), NOW);

    private static Recording recording(SyscallTable table, String... names) {
        List<Call> calls = Arrays.stream(names)
                .map(name -> new Call(table, Syscalls.number(table, name).orElseThrow(), 3))
                .toList();
        return NONE.plus(calls, true, "image", "ebpf", NOW);
    }

    private static SyscallPolicy policy(Recording recording) {
        SeccompProfile profile =
                RecordedProfile.of(recording, SyscallTable.X86_64).profile();
        return SyscallPolicy.defaultPolicy().over(new SyscallPolicy.Base.Profile(profile));
    }

    @Test
    void whatTheDefaultAllowsIsNoPrivilegeWhenItWasRecorded() {
        Recording recording = recording(SyscallTable.X86_64, "read", "clone", "socket", "personality", "getppid");

        BeyondDefault beyond = BeyondDefault.of(policy(recording), Capability.DEFAULTS);

        assertThat(beyond.calls()).isEmpty();
        assertThat(beyond.families()).isEmpty();
        assertThat(beyond.tables()).isEmpty();
    }

    @Test
    void onlyWhatWasRecordedAndWhatTheRuntimeNeedsIsAllowed() {
        var target = new Target(SyscallTable.X86_64, Capability.DEFAULTS);

        ResolvedPolicy resolved = ResolvedPolicy.of(policy(recording(SyscallTable.X86_64, "getppid", "poll")), target);

        assertThat(resolved.reachable(SyscallTable.X86_64))
                .contains("getppid", "poll", "execve", "prctl")
                .doesNotContain("socket", "mkdir", "clone")
                .hasSizeLessThan(45);
        assertThat(resolved.profile().defaultErrnoRet()).contains(Refusal.ENOSYS);
    }

    @Test
    void callsOfAnotherTableOpenThatTable() {
        Recording recording = recording(SyscallTable.I386, "getppid");

        RecordedProfile profile = RecordedProfile.of(recording, SyscallTable.X86_64);

        assertThat(profile.profile().architectures()).containsExactly("SCMP_ARCH_X86_64", "SCMP_ARCH_X86");
    }

    @Test
    void aCallWithoutANameIsTold() {
        Recording recording = NONE.plus(
                List.of(new Call(SyscallTable.X86_64, 0, 1), new Call(SyscallTable.X86_64, 999, 1)),
                true,
                "image",
                "ebpf",
                NOW);

        RecordedProfile profile = RecordedProfile.of(recording, SyscallTable.X86_64);
        assertThat(profile.unnamed()).containsExactly("x86_64 call 999");
        assertThat(profile.profile().syscalls().getFirst().origin())
                .contains("REFUSED BY THIS PROFILE", "x86_64 call 999", "recorded, @basic-io: read 1");
    }

    @Test
    void nothingRecordedIsNoProfile() {
        assertThatThrownBy(() -> RecordedProfile.of(NONE, SyscallTable.X86_64))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("has no calls yet");
    }

    @Test
    void runsAddUp() {
        Recording twice = recording(SyscallTable.X86_64, "read", "write")
                .plus(List.of(new Call(SyscallTable.X86_64, 0, 4)), true, "other", "ebpf", NOW);

        assertThat(twice.runs()).isEqualTo(2);
        assertThat(twice.images()).containsExactly("image", "other");
        assertThat(twice.calls())
                .containsExactly(new Call(SyscallTable.X86_64, 0, 7), new Call(SyscallTable.X86_64, 1, 3));
    }

    @Test
    void aNameIsNoPath() {
        assertThatThrownBy(() -> new RecordingName("../web")).hasMessageContaining("is no name for a recording");
        assertThatThrownBy(() -> new RecordingName("")).isInstanceOf(IllegalArgumentException.class);
        assertThat(new RecordingName("web-1.2_x").value()).isEqualTo("web-1.2_x");
    }
}
