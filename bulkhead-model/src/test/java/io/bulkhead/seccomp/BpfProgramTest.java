package io.bulkhead.seccomp;

import static io.bulkhead.seccomp.FilterAction.ALLOW;
import static io.bulkhead.seccomp.FilterAction.ERRNO;
import static io.bulkhead.seccomp.FilterAction.KILL_PROCESS;
import static io.bulkhead.seccomp.FilterAction.KILL_THREAD;
import static io.bulkhead.seccomp.FilterAction.LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.seccomp.BpfProgram.Instruction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BpfProgramTest {

    private static final int X86_64 = SyscallTable.X86_64.architecture();
    private static final int LOW_OF_FIRST = 16;
    private static final int HIGH_OF_FIRST = 20;
    private static final Instruction ALLOWED = returning(ALLOW);
    private static final Instruction REFUSED = returning(ERRNO);

    private static Instruction load(int offset) {
        return new Instruction(Opcode.LD_ABS, 0, 0, offset);
    }

    private static Instruction and(int mask) {
        return new Instruction(Opcode.ALU | Opcode.AND, 0, 0, mask);
    }

    private static Instruction jump(int comparison, int k, int jumpTrue, int jumpFalse) {
        return new Instruction(Opcode.JMP | comparison, jumpTrue, jumpFalse, k);
    }

    private static Instruction returning(FilterAction action) {
        return new Instruction(Opcode.RET_K, 0, 0, action.code());
    }

    private static BpfProgram program(Instruction... instructions) {
        return new BpfProgram(List.of(instructions));
    }

    private static SeccompData call(int number, long first) {
        return new SeccompData(number, X86_64, 0, List.of(first, 0L, 0L, 0L, 0L, 0L));
    }

    @Test
    void anAllowlistByNumberAnswersEachNumber() {
        var filter = program(load(0), jump(Opcode.JEQ, 39, 0, 1), ALLOWED, REFUSED);

        assertThat(filter.run(call(39, 0))).isEqualTo(ALLOW.code());
        assertThat(filter.possible(X86_64, 39)).containsExactly(ALLOW);
        assertThat(filter.possible(X86_64, 40)).containsExactly(ERRNO);
    }

    @Test
    void aForeignArchitectureIsKnownToBeForeign() {
        var filter = program(load(4), jump(Opcode.JEQ, X86_64, 1, 0), returning(KILL_PROCESS), ALLOWED);

        assertThat(filter.possible(X86_64, 20)).containsExactly(ALLOW);
        assertThat(filter.possible(SyscallTable.I386.architecture(), 20)).containsExactly(KILL_PROCESS);
    }

    @Test
    void aCallAllowedForSomeArgumentsIsReachable() {
        var filter = program(load(LOW_OF_FIRST), jump(Opcode.JEQ, 2, 0, 1), ALLOWED, REFUSED);

        assertThat(filter.possible(X86_64, 41)).containsExactlyInAnyOrder(ALLOW, ERRNO);
        assertThat(new FilterStack(List.of(filter)).mayReach(X86_64, 41)).isTrue();
    }

    @Test
    void aWordIsNotTwoValuesAtOnce() {
        var filter = program(
                load(LOW_OF_FIRST),
                jump(Opcode.JEQ, 1, 0, 3),
                load(LOW_OF_FIRST),
                jump(Opcode.JEQ, 2, 0, 1),
                ALLOWED,
                REFUSED);

        assertThat(filter.possible(X86_64, 1)).containsExactly(ERRNO);
    }

    @Test
    void theHalvesOfAnArgumentAreSeparate() {
        var filter = program(
                load(HIGH_OF_FIRST),
                jump(Opcode.JEQ, 1, 0, 3),
                load(LOW_OF_FIRST),
                jump(Opcode.JEQ, 2, 0, 1),
                ALLOWED,
                REFUSED);

        assertThat(filter.possible(X86_64, 1)).contains(ALLOW);
        assertThat(filter.run(call(1, 0x1_0000_0002L))).isEqualTo(ALLOW.code());
    }

    @Test
    void aBitThatIsClearUnderOneMaskIsClearUnderAnother() {
        var filter = program(
                load(LOW_OF_FIRST),
                and(0x7E02_0000),
                jump(Opcode.JEQ, 0, 0, 3),
                load(LOW_OF_FIRST),
                jump(Opcode.JSET, 0x1000_0000, 0, 1),
                ALLOWED,
                REFUSED);

        assertThat(filter.possible(X86_64, 56)).containsExactly(ERRNO);
    }

    @Test
    void aRangeAndAValueOutsideItContradict() {
        var filter =
                program(load(LOW_OF_FIRST), jump(Opcode.JGT, 10, 0, 2), jump(Opcode.JEQ, 10, 0, 1), ALLOWED, REFUSED);

        assertThat(filter.possible(X86_64, 1)).containsExactly(ERRNO);
    }

    @Test
    void comparisonsAreUnsigned() {
        var filter = program(load(LOW_OF_FIRST), jump(Opcode.JGE, 0x8000_0000, 0, 1), ALLOWED, REFUSED);

        assertThat(filter.run(call(1, -1))).isEqualTo(ALLOW.code());
        assertThat(filter.run(call(1, 0x7FFF_FFFF))).isEqualTo(ERRNO.code());
        assertThat(filter.possible(X86_64, 1)).containsExactlyInAnyOrder(ALLOW, ERRNO);
    }

    @Test
    void valuesRuledOutOneByOneLeaveNone() {
        var filter = program(
                load(LOW_OF_FIRST),
                and(3),
                jump(Opcode.JEQ, 0, 4, 0),
                jump(Opcode.JEQ, 1, 3, 0),
                jump(Opcode.JEQ, 3, 2, 0),
                jump(Opcode.JEQ, 2, 1, 0),
                ALLOWED,
                REFUSED);

        assertThat(filter.possible(X86_64, 1)).containsExactly(ERRNO);
    }

    @Test
    void whatIsComputedFromAnArgumentMayBeAnything() {
        var filter = program(
                load(LOW_OF_FIRST),
                new Instruction(Opcode.ALU | Opcode.ADD, 0, 0, 1),
                jump(Opcode.JEQ, 7, 0, 1),
                ALLOWED,
                REFUSED);

        assertThat(filter.possible(X86_64, 1)).containsExactlyInAnyOrder(ALLOW, ERRNO);
    }

    @Test
    void aDivisionByZeroKills() {
        var filter = program(
                new Instruction(Opcode.LDX_IMM, 0, 0, 0),
                new Instruction(Opcode.ALU | Opcode.DIV | Opcode.BY_X, 0, 0, 0),
                ALLOWED);

        assertThat(filter.run(call(1, 0))).isEqualTo(KILL_THREAD.code());
        assertThat(filter.possible(X86_64, 1)).containsExactly(KILL_THREAD);
    }

    @Test
    void aFilterMadeToTakeForEverCountsAsOpen() {
        assertThat(endless(64).possible(X86_64, 1)).contains(ALLOW);
    }

    /// As many such filters as the kernel takes for one process.
    @Test
    void aWholeTableOfThemIsCountedInTime() {
        var filters = new FilterStack(Collections.nCopies(7, endless(1300)));
        long begin = System.nanoTime();

        assertThat(filters.reachable(X86_64, IntStream.range(0, 512))).isEqualTo(512);

        System.out.println("a table of hostile filters: " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
    }

    /// Branches on the bits of words, which all meet again: more ways than there is time for.
    private static BpfProgram endless(int branches) {
        var instructions = new ArrayList<Instruction>();
        for (int bit = 0; bit < branches; bit++) {
            instructions.add(load(LOW_OF_FIRST + bit / 32 % 12 * 4));
            instructions.add(jump(Opcode.JSET, 1 << bit, 0, 1));
            instructions.add(new Instruction(Opcode.LD_IMM, 0, 0, 0));
        }
        instructions.add(REFUSED);
        return new BpfProgram(instructions);
    }

    @Test
    void theStrictestOfSeveralFiltersCounts() {
        var allow = program(ALLOWED);
        var log = program(returning(LOG));
        var five = program(new Instruction(Opcode.RET_K, 0, 0, ERRNO.code() | 5));
        var six = program(new Instruction(Opcode.RET_K, 0, 0, ERRNO.code() | 6));
        var kill = program(returning(KILL_PROCESS));

        assertThat(new FilterStack(List.of(allow, log)).run(call(1, 0))).isEqualTo(LOG.code());
        assertThat(new FilterStack(List.of(log, five, allow)).run(call(1, 0))).isEqualTo(ERRNO.code() | 5);
        assertThat(new FilterStack(List.of(five, six)).run(call(1, 0))).isEqualTo(ERRNO.code() | 6);
        assertThat(new FilterStack(List.of(program(returning(KILL_THREAD)), kill)).run(call(1, 0)))
                .isEqualTo(KILL_PROCESS.code());
        assertThat(new FilterStack(List.of(allow, five)).mayReach(X86_64, 1)).isFalse();
    }

    @Test
    void withoutFiltersEverythingIsReachable() {
        assertThat(new FilterStack(List.of()).mayReach(X86_64, 1)).isTrue();
    }

    @Test
    void anAnswerTheKernelDoesNotKnowKills() {
        assertThat(FilterAction.of(0x7FFE_0000)).isEqualTo(KILL_PROCESS);
        assertThat(FilterAction.of(0x0001_0000)).isEqualTo(KILL_PROCESS);
    }

    @Test
    void bytesAndInstructionsAreTheSame() {
        var filter = program(load(0), jump(Opcode.JEQ, -1, 0, 1), ALLOWED, REFUSED);

        assertThat(BpfProgram.of(filter.bytes())).isEqualTo(filter);
        assertThatThrownBy(() -> BpfProgram.of(new byte[12])).hasMessage("12 bytes are not whole instructions");
    }

    @Test
    void whatTheKernelWouldNotTakeIsNoProgram() {
        assertThatThrownBy(() -> program(load(0))).hasMessage("the last instruction of a filter returns");
        assertThatThrownBy(() -> new BpfProgram(List.of())).hasMessageContaining("1 to 4096 instructions, not 0");
        assertThatThrownBy(() -> new BpfProgram(Collections.nCopies(4097, ALLOWED)))
                .hasMessageContaining("not 4097");
        List<Instruction> wrong = List.of(
                load(64),
                load(2),
                load(-4),
                jump(Opcode.JEQ, 0, 1, 0),
                jump(Opcode.JEQ, 0, 0, 1),
                jump(Opcode.JA, 1, 0, 0),
                new Instruction(Opcode.LD_MEM, 0, 0, 16),
                new Instruction(Opcode.ALU | Opcode.DIV, 0, 0, 0),
                new Instruction(Opcode.ALU | Opcode.LSH, 0, 0, 32),
                new Instruction(Opcode.ALU | 0x90, 0, 0, 3),
                new Instruction(0x28, 0, 0, 0),
                new Instruction(0xFFFF, 0, 0, 0));
        for (Instruction each : wrong) {
            assertThatThrownBy(() -> program(each, ALLOWED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("instruction 0 of a filter is not one the kernel takes");
        }
    }
}
