package io.bulkhead.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.spec.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Counters and limits on a copy of the kernel's files; freezing and killing on a real group, which needs no
/// controller.
class CgroupV2Test {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final OptionalLong NONE = OptionalLong.empty();

    @TempDir
    Path group;

    private String after(Resources resources, String name) throws IOException {
        new CgroupV2(group).update(resources);
        return Files.readString(group.resolve(name));
    }

    private void files(Map<String, String> contents) throws IOException {
        for (var each : contents.entrySet()) {
            Files.writeString(group.resolve(each.getKey()), each.getValue());
        }
    }

    @Test
    void countersAreReadInTheEnginesUnits() throws IOException {
        files(Map.of(
                "cpu.stat",
                "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_periods 4\nnr_throttled 2\nthrottled_usec 7\n",
                "memory.current",
                "4096\n",
                "memory.max",
                "max\n",
                "memory.peak",
                "8192\n",
                "memory.stat",
                "anon 1\nfile 2\n",
                "pids.current",
                "3\n",
                "pids.max",
                "100\n",
                "io.stat",
                "8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n253:1 rbytes=5 wbytes=0\n",
                "memory.events",
                "low 0\nhigh 0\nmax 5\noom 1\noom_kill 1\n"));

        CgroupUsage usage = new CgroupV2(group).usage();

        assertThat(usage.cpuTotal()).isEqualTo(1_500_000);
        assertThat(usage.throttledTime()).isEqualTo(7000);
        assertThat(usage.memoryLimit()).isEmpty();
        assertThat(usage.memoryMaxUsage()).hasValue(8192);
        assertThat(usage.memoryStat()).containsEntry("file", 2L);
        assertThat(usage.pidsLimit()).hasValue(100);
        assertThat(usage.io())
                .contains(new CgroupUsage.Io(8, 0, "write", 20), new CgroupUsage.Io(253, 1, "read", 5))
                .hasSize(4);
        assertThat(new CgroupV2(group).oomKilled()).isTrue();
    }

    @Test
    void limitsAreWrittenAsTheSecondVersionCountsThem() throws IOException {
        files(Map.of("memory.max", "max", "memory.swap.max", "max", "cpu.max", "max 100000", "cpu.weight", "100"));
        files(Map.of("pids.max", "max", "io.weight", "default 100", "memory.low", "0"));

        assertThat(after(CgroupTest.withMemory(100, OptionalLong.of(150)), "memory.swap.max"))
                .isEqualTo("50");
        assertThat(Files.readString(group.resolve("memory.max"))).isEqualTo("100");
        assertThat(after(CgroupTest.withMemory(100, OptionalLong.of(-1)), "memory.swap.max"))
                .isEqualTo("max");
        assertThat(after(cpu(OptionalLong.of(1_500_000_000), NONE, NONE), "cpu.max"))
                .isEqualTo("150000 100000");
        assertThat(after(cpu(NONE, NONE, OptionalLong.of(-1)), "cpu.max")).isEqualTo("max 100000");
        assertThat(after(cpu(NONE, OptionalLong.of(1024), NONE), "cpu.weight")).isEqualTo("39");
        assertThat(after(CgroupTest.withPids(-1), "pids.max")).isEqualTo("max");
    }

    private static Resources cpu(OptionalLong nano, OptionalLong shares, OptionalLong quota) {
        return new Resources(NONE, NONE, NONE, nano, shares, NONE, quota, "", "", 0, 0, 0, false, 1, List.of());
    }

    @Test
    void aLimitOfMemoryAndSwapNeedsOneOfMemory() throws IOException {
        files(Map.of("memory.max", "max", "memory.swap.max", "max"));
        var resources = new Resources(
                NONE, NONE, OptionalLong.of(5), NONE, NONE, NONE, NONE, "", "", 0, 0, 0, false, 1, List.of());

        assertThatThrownBy(() -> new CgroupV2(group).update(resources)).hasMessageContaining("needs a memory limit");
    }

    @Test
    void aRealGroupIsFrozenKilledAndRemoved() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "makes control groups, which needs root");
        Path root = List.of(Path.of("/sys/fs/cgroup/unified"), Path.of("/sys/fs/cgroup")).stream()
                .filter(each -> Files.exists(each.resolve("cgroup.subtree_control")))
                .findFirst()
                .orElse(Path.of(""));
        assumeTrue(!root.toString().isEmpty(), "needs a cgroup2 mount");
        Path real = Files.createDirectories(root.resolve("bulkhead-test-v2/x/nested"));
        var cgroup = new CgroupV2(root.resolve("bulkhead-test-v2/x"));
        Process inside = new ProcessBuilder("/bin/sleep", "60").start();
        try {
            Files.writeString(real.resolve("cgroup.procs"), Long.toString(inside.pid()));

            cgroup.freeze(LIMIT);
            assertThat(cgroup.frozen()).isTrue();
            assertThat(cgroup.pids()).containsExactly((int) inside.pid());
            cgroup.thaw();
            cgroup.killAll(LIMIT);
            assertThat(cgroup.pids()).isEmpty();
            assertThat(inside.waitFor()).isEqualTo(137);
        } finally {
            inside.destroyForcibly();
            new CgroupV2(root.resolve("bulkhead-test-v2")).remove();
        }
        assertThat(real).doesNotExist();
    }

    @Test
    void theLayoutIsReadFromTheMounts() {
        String v1 = """
                30 20 0:26 / /sys/fs/cgroup/cpu rw,relatime shared:5 - cgroup cgroup rw,cpu,cpuacct
                31 20 0:27 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
                """;
        String v2 = "32 20 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n";

        assertThat(CgroupHost.of(v1).layout()).isEqualTo(CgroupHost.Layout.V1);
        assertThat(CgroupHost.of(v1 + v2).layout()).isEqualTo(CgroupHost.Layout.HYBRID);
        assertThat(CgroupHost.of(v1 + v2).version()).isEqualTo(1);
        assertThat(CgroupHost.of(v2).layout()).isEqualTo(CgroupHost.Layout.V2);
        assertThat(CgroupHost.of("garbage\n\n - x").layout()).isEqualTo(CgroupHost.Layout.NONE);
        assertThat(CgroupHost.of(v1).directory("cpuacct", "/a/b")).contains(Path.of("/sys/fs/cgroup/cpu/a/b"));
        assertThat(CgroupHost.of(v1).directory("pids", "/a")).isEmpty();
        assertThatThrownBy(() -> CgroupHost.of(v1).cgroup("/a/../b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CgroupHost.of(v1).cgroup("/")).isInstanceOf(IllegalArgumentException.class);
    }
}
