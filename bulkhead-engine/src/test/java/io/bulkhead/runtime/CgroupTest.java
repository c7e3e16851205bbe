package io.bulkhead.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.spec.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// On real containers, with whatever version of control groups the host has.
@Timeout(60)
class CgroupTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    static Path base;

    @BeforeAll
    static void needsARuntime() {
        Monitored.assumePossible();
    }

    @AfterAll
    static void leaveNoCgroup() {
        Monitored.removeCgroupParent();
    }

    private static Monitored running(Monitored.Request request) throws Exception {
        Monitored container = Monitored.create(request).created();
        container.start();
        return container;
    }

    private static Monitored running(String script) throws Exception {
        return running(new Monitored.Request(base, script));
    }

    private static long counted(Path log) throws Exception {
        return Files.size(log);
    }

    @Test
    void aRunningContainersCountersAreRead() throws Exception {
        try (var container = running(new Monitored.Request(base, "while true; do :; done").limitedTo(64 << 20))) {
            Thread.sleep(300);

            CgroupUsage usage = container.cgroup().usage();

            assertThat(usage.cpuTotal()).isBetween(20_000_000L, 5_000_000_000L);
            assertThat(usage.cpuUser() + usage.cpuKernel()).isPositive();
            assertThat(usage.memoryUsage()).isBetween(1L, 64L << 20);
            assertThat(usage.memoryLimit()).hasValue(64 << 20);
            assertThat(usage.memoryStat()).isNotEmpty();
            assertThat(usage.pids()).isEqualTo(1);
            assertThat(container.cgroup().pids()).containsExactly(container.pid());
        }
    }

    @Test
    void aFrozenContainerStandsStillAndGoesOn() throws Exception {
        try (var container = running("while true; do echo x; done")) {
            container.cgroup().freeze(LIMIT);
            assertThat(container.cgroup().frozen()).isTrue();
            Thread.sleep(200);
            long before = counted(container.file("log"));
            Thread.sleep(300);
            assertThat(counted(container.file("log"))).isEqualTo(before);

            container.cgroup().thaw();

            assertThat(container.cgroup().frozen()).isFalse();
            Thread.sleep(300);
            assertThat(counted(container.file("log"))).isGreaterThan(before);
        }
    }

    @Test
    void everythingInItIsKilledHoweverFastItForks() throws Exception {
        String forks = "f() { sleep 60 & while true; do true & done; }; f & f & f & sleep 60";
        try (var container = running(forks)) {
            container.cgroup().update(withPids(200));
            Thread.sleep(300);
            assertThat(container.cgroup().pids()).hasSizeGreaterThan(4);

            container.cgroup().killAll(LIMIT);

            assertThat(container.cgroup().pids()).isEmpty();
            assertThat(container.exitCode()).isEqualTo(137);
        }
    }

    @Test
    void aFrozenContainerCanBeKilled() throws Exception {
        try (var container = running("sleep 60")) {
            container.cgroup().freeze(LIMIT);

            container.cgroup().killAll(LIMIT);

            assertThat(container.exitCode()).isEqualTo(137);
        }
    }

    @Test
    void whetherTheKernelKilledForMemoryIsKnown() throws Exception {
        String hungry = "/bin/sh -c 'a=x; while true; do a=$a$a; done'; sleep 30";
        try (var container = running(new Monitored.Request(base, hungry).limitedTo(20 << 20))) {
            boolean seen = CgroupLife.await(LIMIT, () -> container.cgroup().oomKilled());

            assertThat(seen).isTrue();
        }
        try (var container = running("sleep 30")) {
            assertThat(container.cgroup().oomKilled()).isFalse();
        }
    }

    @Test
    void limitsOfARunningContainerChange() throws Exception {
        try (var container = running(new Monitored.Request(base, "sleep 60").limitedTo(64 << 20))) {
            Cgroup cgroup = container.cgroup();

            cgroup.update(withMemory(128L << 20, OptionalLong.of(256L << 20)));
            cgroup.update(withPids(33));
            assertThat(cgroup.usage().memoryLimit()).hasValue(128 << 20);
            assertThat(cgroup.usage().pidsLimit()).hasValue(33);

            cgroup.update(withMemory(32L << 20, OptionalLong.of(32L << 20)));
            assertThat(cgroup.usage().memoryLimit()).hasValue(32 << 20);
            cgroup.update(withPids(-1));
            assertThat(cgroup.usage().pidsLimit()).isEmpty();
        }
    }

    @Test
    void memoryAndSwapTogetherMayNotBeLessThanMemory() throws Exception {
        try (var container = running(new Monitored.Request(base, "sleep 60").limitedTo(64 << 20))) {
            assertThatThrownBy(() -> container.cgroup().update(withMemory(64L << 20, OptionalLong.of(32L << 20))))
                    .isInstanceOfSatisfying(
                            CgroupException.class,
                            e -> assertThat(e.reason()).isEqualTo(CgroupException.Reason.INVALID))
                    .hasMessageContaining("must not be less");
        }
    }

    @Test
    void groupsBelowAreCountedAndRemoved() throws Exception {
        try (var container = running("sleep 60")) {
            Path own = CgroupHost.detect()
                    .directory("freezer", "/" + Monitored.CGROUP_PARENT + "/" + container.id)
                    .orElseThrow();
            Path nested = Files.createDirectories(own.resolve("a/b"));
            Process inside = new ProcessBuilder("/bin/sleep", "60").start();
            Path pids = CgroupHost.detect()
                    .directory("pids", "/" + Monitored.CGROUP_PARENT + "/" + container.id)
                    .orElseThrow();
            Files.createDirectories(pids.resolve("c"));
            Files.writeString(pids.resolve("c/cgroup.procs"), Long.toString(inside.pid()));
            Files.writeString(nested.resolve("cgroup.procs"), Long.toString(inside.pid()));

            assertThat(container.cgroup().pids()).containsExactlyInAnyOrder(container.pid(), (int) inside.pid());

            container.cgroup().killAll(LIMIT);
            assertThat(inside.waitFor()).isEqualTo(137);
            container.cgroup().remove();
            assertThat(container.cgroup().exists()).isFalse();
            assertThat(nested).doesNotExist();
        }
    }

    @Test
    void aGroupThatIsGoneHasNoProcessesAndNoCounters() {
        Cgroup gone = CgroupHost.detect().cgroup("/" + Monitored.CGROUP_PARENT + "/gone");

        assertThat(gone.exists()).isFalse();
        assertThat(gone.pids()).isEmpty();
        assertThat(gone.oomKilled()).isFalse();
        gone.killAll(LIMIT);
        gone.remove();
        assertThatThrownBy(gone::usage)
                .isInstanceOfSatisfying(
                        CgroupException.class, e -> assertThat(e.reason()).isEqualTo(CgroupException.Reason.NOT_FOUND));
    }

    @Test
    void networkDevicesAreCountedFromOutside() throws Exception {
        try (var container = running("sleep 60")) {
            assertThat(NetworkDevices.of(container.pid())).doesNotContainKey("lo");
        }
    }

    @Test
    void theProcessListShowsTheContainersProcessesAndNoOthers() throws Exception {
        try (var container = running("sleep 61 & sleep 62")) {
            Thread.sleep(100);
            for (String arguments : List.of("", "-ef", "aux", "-o pid,args", "axf -o pid,cmd", "-eo user,pid,comm")) {
                ProcessList.Table table = ProcessList.of(container.cgroup().pids(), arguments);

                int pid = table.titles().indexOf("PID");
                assertThat(table.rows())
                        .as(arguments)
                        .hasSize(2)
                        .allMatch(row -> row.size() == table.titles().size());
                assertThat(table.rows().stream().map(row -> Integer.valueOf(row.get(pid))))
                        .containsExactlyInAnyOrderElementsOf(container.cgroup().pids());
            }
        }
    }

    static Resources withPids(long pids) {
        return limits(OptionalLong.empty(), OptionalLong.empty(), pids);
    }

    static Resources withMemory(long memory, OptionalLong both) {
        return limits(OptionalLong.of(memory), both, 0);
    }

    private static Resources limits(OptionalLong memory, OptionalLong both, long pids) {
        OptionalLong none = OptionalLong.empty();
        return new Resources(
                memory, none, both, none, none, none, none, "", "", pids, 0, 0, false, 64 << 20, List.of());
    }
}
