package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.profile.ProfileReader;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.DockerProfile.KernelVersion;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Target;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A container that is started again has the policy it was made with.
class StoredPolicyTest {

    private static Confinement storedAndRead(Confinement confinement) {
        var mapper = StoreJson.mapper();
        String json = mapper.writerFor(Confinement.class).writeValueAsString(confinement);
        return mapper.readValue(json, Confinement.class);
    }

    @Test
    void everyKindOfRuleIsReadAsItWasStored() {
        SyscallPolicy policy = SyscallPolicy.defaultPolicy()
                .plus("deny:all")
                .plus("allow:@clock")
                .plus("allow:getcwd")
                .plus("deny:ioctl(TIOCSTI)")
                .plus("allow:family:AF_VSOCK")
                .plus("allow:arch:i386")
                .plus("action:errno=EACCES");

        assertThat(storedAndRead(new Confinement.Filtered(policy))).isEqualTo(new Confinement.Filtered(policy));
        assertThat(storedAndRead(new Confinement.Canary(policy))).isEqualTo(new Confinement.Canary(policy));
    }

    @Test
    void aProfileIsReadAsItWasStored() {
        var profile =
                ProfileReader.read("""
                        {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"syscalls":[{"name":"socket","action":
                        "SCMP_ACT_ALLOW","args":[{"index":0,"value":18446744073709551615,"op":"SCMP_CMP_NE"}]}]}
                        """).resolve(new Target(SyscallTable.X86_64, Set.of()), KernelVersion.parse("6.1"));
        var policy = SyscallPolicy.defaultPolicy().over(new SyscallPolicy.Base.Profile(profile));

        assertThat(storedAndRead(new Confinement.Filtered(policy))).isEqualTo(new Confinement.Filtered(policy));
    }
}
