package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.SyscallRecorder.Count;
import io.bulkhead.kernel.SyscallRecorder.Scope;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SyscallRecorderTest {

    private static final int USER = 1_900_000_000;

    @TempDir
    static Path temp;

    @BeforeAll
    static void buildTheProgram() throws IOException, InterruptedException {
        assumeTrue(Host.root(), "needs root: CAP_BPF and CAP_PERFMON");
        Optional<String> obstacle = SyscallRecorder.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "needs a kernel that takes eBPF programs: " + obstacle);
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "needs gcc");
        try (var source = SyscallRecorderTest.class.getResourceAsStream("recorded.c")) {
            Files.write(temp.resolve("recorded.c"), source.readAllBytes());
        }
        Process gcc = new ProcessBuilder("gcc", "-O1", "-pthread", "-o", "recorded", "recorded.c")
                .directory(temp.toFile())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
    }

    private static Process recorded(int ownNamespace) throws IOException {
        return new ProcessBuilder(
                        temp.resolve("recorded").toString(), String.valueOf(USER), String.valueOf(ownNamespace))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void goOn(Process program) throws IOException, InterruptedException {
        program.getOutputStream().close();
        assertThat(program.waitFor()).isZero();
    }

    private static long calls(List<Count> counts, SyscallTable table, String name) {
        int number = Syscalls.number(table, name).orElseThrow();
        return counts.stream()
                .filter(count -> count.table() == table && count.number() == number)
                .mapToLong(Count::calls)
                .sum();
    }

    private static SyscallTable ownTable() {
        return SyscallTable.ofMachine(System.getProperty("os.arch")).getFirst();
    }

    @Test
    void callsOfARangeOfUsersAreCountedWithThreadsAndChildren() throws Exception {
        try (var recorder = SyscallRecorder.attach(new Scope.Users(new IdRange(USER, 10)), false);
                var other = SyscallRecorder.attach(new Scope.Users(new IdRange(USER + 1, 1)), false)) {
            goOn(recorded(0));

            assertThat(calls(recorder.counts(), ownTable(), "getppid")).isEqualTo(1000 + 300 + 200 + 100);
            assertThat(calls(recorder.counts(), ownTable(), "exit_group")).isBetween(2L, 3L);
            assertThat(calls(other.counts(), ownTable(), "getppid")).isEqualTo(200);
            assertThat(calls(other.counts(), ownTable(), "execve")).isZero();
        }
    }

    @Test
    void callsOfTheOtherTableAreNotMixedIn() throws Exception {
        assumeTrue(ownTable() == SyscallTable.X86_64, "needs x86-64");
        assumeTrue(recorded(2).waitFor() == 0, "needs a kernel that takes i386 calls (CONFIG_IA32_EMULATION)");
        try (var recorder = SyscallRecorder.attach(new Scope.Users(new IdRange(USER, 10)), false)) {
            goOn(recorded(0));

            assertThat(calls(recorder.counts(), SyscallTable.I386, "getppid")).isEqualTo(501);
            assertThat(recorder.counts().stream().filter(count -> count.table() == SyscallTable.I386))
                    .hasSize(1);
        }
    }

    @Test
    void callsOfThreadsWithoutAFilterCanBeLeftOut() throws Exception {
        try (var recorder = SyscallRecorder.attach(new Scope.Users(new IdRange(USER, 10)), true)) {
            goOn(recorded(0));

            assertThat(calls(recorder.counts(), ownTable(), "getppid")).isEqualTo(100);
            assertThat(calls(recorder.counts(), ownTable(), "clone")).isZero();
        }
    }

    @Test
    void callsOfAPidNamespaceAreCountedWhoeverMakesThem() throws Exception {
        Process program = recorded(1);
        int pid = Integer.parseInt(program.inputReader().readLine());
        try (var recorder = SyscallRecorder.attach(Scope.PidNamespace.of(pid), false)) {
            goOn(program);

            assertThat(calls(recorder.counts(), ownTable(), "getppid")).isEqualTo(1600);
        }
    }

    @Test
    void whatIsClosedCountsNothingAndLeavesNothing() throws Exception {
        var recorder = SyscallRecorder.attach(new Scope.Users(new IdRange(USER, 10)), false);
        recorder.close();
        recorder.close();

        assertThatThrownBy(recorder::counts).isInstanceOf(IllegalStateException.class);
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(descriptors.map(SyscallRecorderTest::target)).noneMatch(target -> target.contains("bpf"));
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return "";
        }
    }
}
