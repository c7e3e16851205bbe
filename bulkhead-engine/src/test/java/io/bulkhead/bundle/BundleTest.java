package io.bulkhead.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bundles started by the real runtimes and looked at from inside.
class BundleTest {

    @TempDir
    Path temp;

    private Sandbox sandbox;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(Sandbox.usable(), "needs root and /bin/busybox (busybox-static)");
        sandbox = new Sandbox(temp);
    }

    @AfterEach
    void leaveTheHostAsItWas() throws Exception {
        if (sandbox != null) {
            sandbox.close();
        }
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(temp.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void aPlainContainerIsHeldInOnEverySide(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        String before = Sandbox.fingerprint(sandbox.layer);

        var outcome = sandbox.run(
                new Specs()
                        .shell(
                                "cat /proc/self/status; cat /proc/self/uid_map; id; ls /proc/self/fd; "
                                        + "stat -c 'owner %u:%g %n' / /bin /bin/busybox /etc/hosts /dev /tmp; touch /etc/new /bin/x; "
                                        + "cat /proc/self/mountinfo; cat /etc/hosts; env; pwd; "
                                        + "cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv4/ping_group_range"),
                runtime);

        assertThat(outcome.code()).as(outcome.errors()).isZero();
        assertThat(outcome.line("CapInh:")).endsWith("0000000000000000");
        assertThat(outcome.line("CapEff:")).endsWith("00000000800405fb");
        assertThat(outcome.line("CapBnd:")).endsWith("00000000800405fb");
        assertThat(outcome.line("CapAmb:")).endsWith("0000000000000000");
        assertThat(outcome.line("Seccomp:")).endsWith("2");
        assertThat(outcome.output()).containsPattern("\\n +0 +" + Sandbox.FIRST_ID + " +65536\\n");
        assertThat(Sandbox.fingerprint(sandbox.layer)).isEqualTo(before);
    }
}
