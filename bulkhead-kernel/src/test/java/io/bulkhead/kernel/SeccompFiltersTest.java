package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.seccomp.BpfProgram;
import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.FilterStack;
import io.bulkhead.seccomp.SeccompData;
import io.bulkhead.seccomp.SyscallTable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SeccompFiltersTest {

    private static final int SIGSTOP = 19;
    private static final int SIGCONT = 18;
    private static final int SIGRTMIN = 34;
    private static final int CALL_BYTES = 7 * Long.BYTES;
    private static final int ARCHITECTURE =
            SyscallTable.ofMachine(System.getProperty("os.arch")).getFirst().architecture();

    @TempDir
    static Path temp;

    private final long seed = System.nanoTime();
    private final RandomFilters random = new RandomFilters(new Random(seed));

    @BeforeAll
    static void buildTheProgram() throws IOException, InterruptedException {
        assumeTrue(Host.root(), "needs root: only CAP_SYS_ADMIN reads filters");
        assumeTrue(
                ProcessStatus.of((int) ProcessHandle.current().pid())
                                .orElseThrow()
                                .number("Seccomp")
                        == 0,
                "needs a reader without a filter");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "needs gcc");
        try (var source = SeccompFiltersTest.class.getResourceAsStream("filtered.c")) {
            Files.write(temp.resolve("filtered.c"), source.readAllBytes());
        }
        Process gcc = new ProcessBuilder("gcc", "-O1", "-o", "filtered", "filtered.c")
                .directory(temp.toFile())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
    }

    /// A process under filters. It is not this program's child, whose waiting would get in the way.
    private record Held(Process parent, int pid, long started) implements AutoCloseable {

        static Held under(String mode, BpfProgram... programs) throws IOException {
            Process parent = program(mode);
            var to = new DataOutputStream(parent.getOutputStream());
            to.write(number(programs.length));
            for (BpfProgram each : programs) {
                to.write(number(each.instructions().size()));
                to.write(each.bytes());
            }
            to.flush();
            int pid = Integer.parseInt(parent.inputReader().readLine());
            return new Held(parent, pid, Pidfd.startTime(pid).orElseThrow());
        }

        SeccompFilters.Reading read() {
            return SeccompFilters.of(pid, started);
        }

        String state() {
            return ProcessStatus.of(pid).orElseThrow().field("State").substring(0, 1);
        }

        /// A process that was not stopped is let go of when the tracing thread has ended, which nothing tells.
        void awaitState(String expected) throws InterruptedException {
            for (int i = 0; i < 500 && (!state().equals(expected) || tracer() != 0); i++) {
                Thread.sleep(10);
            }
            assertThat(state()).isEqualTo(expected);
            assertThat(tracer()).isZero();
        }

        private int tracer() {
            return ProcessStatus.of(pid).orElseThrow().number("TracerPid");
        }

        String end() throws IOException {
            parent.getOutputStream().close();
            return parent.inputReader().readLine();
        }

        @Override
        public void close() throws IOException {
            parent.getOutputStream().close();
            try {
                parent.waitFor();
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Process program(String mode) throws IOException {
        return new ProcessBuilder(temp.resolve("filtered").toString(), mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    @Test
    void theProgramsReadAreTheProgramsLoadedOldestFirst() throws Exception {
        BpfProgram first = random.filter();
        BpfProgram second = random.filter();

        try (Held held = Held.under("hold", first, second)) {
            assertThat(held.read().filters()).as("seed " + seed).isEqualTo(new FilterStack(List.of(first, second)));
        }
    }

    @Test
    void afterwardsTheProcessRunsAsBefore() throws Exception {
        try (Held held = Held.under("hold", random.filter())) {
            held.awaitState("S");
            var stops = new ArrayList<Long>();

            for (int i = 0; i < 50; i++) {
                stops.add(held.read().stopped().toNanos() / 1000);
                held.awaitState("S");
            }

            stops.sort(null);
            System.out.println("stopped for, µs: median " + stops.get(25) + ", most " + stops.getLast());
            assertThat(held.end()).as("its answer when its input ends").isEqualTo("0");
        }
    }

    @Test
    void aProcessWithoutFiltersHasNone() throws Exception {
        try (Held held = Held.under("hold")) {
            assertThat(held.read().filters().programs()).isEmpty();
        }
    }

    @Test
    void aStoppedProcessIsReadAndStaysStopped() throws Exception {
        BpfProgram filter = random.filter();

        try (Held held = Held.under("hold", filter);
                Pidfd pidfd = Pidfd.open(held.pid(), held.started()).orElseThrow()) {
            pidfd.signal(SIGSTOP);
            held.awaitState("T");
            assertThat(held.read().filters().programs()).containsExactly(filter);
            held.awaitState("T");
            pidfd.signal(SIGCONT);
            held.awaitState("S");
        }
    }

    @Test
    void noSignalIsLost() throws Exception {
        try (Held held = Held.under("hold", random.filter());
                Pidfd pidfd = Pidfd.open(held.pid(), held.started()).orElseThrow()) {
            for (int i = 0; i < 200; i++) {
                pidfd.signal(SIGRTMIN);
                held.read();
                pidfd.signal(SIGRTMIN);
            }

            held.awaitState("S");
            assertThat(held.end()).isEqualTo("400");
        }
    }

    @Test
    void aProcessThatIsTracedAlreadyIsSaidToBe() throws Exception {
        try (Held held = Held.under("traced", random.filter())) {
            assertThatThrownBy(held::read)
                    .isInstanceOfSatisfying(
                            KernelException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EPERM))
                    .hasMessageContaining("process " + held.parent().pid() + " traces it already");
        }
    }

    @Test
    void aPidThatIsUsedAgainIsNotTheProcessMeant() throws Exception {
        try (Held held = Held.under("hold", random.filter())) {
            assertThatThrownBy(() -> SeccompFilters.of(held.pid(), held.started() - 1))
                    .isInstanceOfSatisfying(
                            KernelException.class,
                            gone -> assertThat(gone.errno()).isEqualTo(Errno.ESRCH));
            held.awaitState("S");
        }
    }

    @Test
    void aProcessThatIsGoneHasNoFiltersToRead() throws Exception {
        Held held = Held.under("hold", random.filter());
        held.close();

        assertThatThrownBy(held::read)
                .isInstanceOfSatisfying(
                        KernelException.class, gone -> assertThat(gone.errno()).isEqualTo(Errno.ESRCH));
    }

    @Test
    void aProcessKilledWhileItIsReadIsGoneOrWasRead() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Held held = Held.under("hold", random.filter());
                    Pidfd pidfd = Pidfd.open(held.pid(), held.started()).orElseThrow()) {
                Thread killer = Thread.ofPlatform().start(() -> pidfd.signal(9));
                try {
                    assertThat(held.read().filters().programs()).hasSize(1);
                } catch (KernelException gone) {
                    assertThat(gone.errno()).isEqualTo(Errno.ESRCH);
                }
                killer.join();
            }
        }
    }

    @Test
    void theInterpreterAnswersAsTheKernelDoes() throws Exception {
        Process asked = program("ask");
        int compared = 0;

        try (var to = new DataOutputStream(asked.getOutputStream())) {
            for (int i = 0; i < 300; i++) {
                BpfProgram filter = random.filter();
                var calls = new ArrayList<SeccompData>();
                for (int j = 0; j < 60; j++) {
                    SeccompData call = random.call(filter, ARCHITECTURE);
                    if (Set.of(FilterAction.ALLOW, FilterAction.ERRNO).contains(FilterAction.of(filter.run(call)))) {
                        calls.add(call);
                    }
                }
                assertThat(ask(asked, to, filter, calls))
                        .as("seed " + seed + ", " + filter)
                        .isEqualTo(calls.stream()
                                .map(call -> expected(filter.run(call)))
                                .toList());
                compared += calls.size();
            }
        }
        System.out.println("calls compared with the kernel: " + compared + ", seed " + seed);
        assertThat(asked.waitFor()).isZero();
        assertThat(compared).isGreaterThan(5_000);
    }

    private static long expected(int returned) {
        return FilterAction.of(returned) == FilterAction.ALLOW ? -Errno.ENOSYS : -Math.min(returned & 0xFFFF, 4095);
    }

    private static List<Long> ask(Process asked, DataOutputStream to, BpfProgram filter, List<SeccompData> calls)
            throws IOException {
        to.write(number(filter.instructions().size()));
        to.write(filter.bytes());
        to.write(number(calls.size()));
        ByteBuffer bytes = ByteBuffer.allocate(calls.size() * CALL_BYTES).order(ByteOrder.nativeOrder());
        for (SeccompData call : calls) {
            bytes.putLong(call.number());
            call.arguments().forEach(bytes::putLong);
        }
        to.write(bytes.array());
        to.flush();
        ByteBuffer answers = ByteBuffer.wrap(asked.getInputStream().readNBytes(calls.size() * Long.BYTES))
                .order(ByteOrder.nativeOrder());
        var results = new ArrayList<Long>();
        while (answers.hasRemaining()) {
            results.add(answers.getLong());
        }
        return results;
    }

    @Test
    void noConcreteAnswerIsMissedByTheExploration() {
        int evaluations = 0;
        int possible = 0;
        int seen = 0;

        while (evaluations < 100_000) {
            BpfProgram filter = random.filter();
            int number = random.unusedCall();
            Set<FilterAction> explored = filter.possible(ARCHITECTURE, number);
            var met = java.util.EnumSet.noneOf(FilterAction.class);
            for (int i = 0; i < 200; i++, evaluations++) {
                SeccompData near = random.call(filter, ARCHITECTURE);
                var call = new SeccompData(number, ARCHITECTURE, near.instructionPointer(), near.arguments());
                FilterAction action = FilterAction.of(filter.run(call));
                assertThat(explored)
                        .as("seed " + seed + ", " + call + ", " + filter)
                        .contains(action);
                met.add(action);
            }
            possible += explored.size();
            seen += met.size();
        }
        System.out.println(
                "evaluations " + evaluations + ": actions possible " + possible + ", met " + seen + ", seed " + seed);
    }
}
