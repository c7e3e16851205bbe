package io.bulkhead.seccomp;

import io.bulkhead.seccomp.BpfPath.State;
import io.bulkhead.seccomp.BpfPath.Value;
import io.bulkhead.seccomp.BpfPath.Value.Constant;
import io.bulkhead.seccomp.BpfPath.Value.Masked;
import io.bulkhead.seccomp.BpfProgram.Instruction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Follows every way through a filter that a call can take, whatever its arguments. Number and architecture are given;
/// arguments and instruction pointer are unknown until a branch says something about them.
final class BpfExploration {

    /// Real filters take a few hundred steps a call. Of one that takes more than this everything is said to be
    /// possible.
    private static final int MOST_STEPS = 20_000;

    private final List<Instruction> instructions;
    private final int architecture;
    private final int number;
    private final Effort effort;
    private final Deque<BpfPath> open = new ArrayDeque<>();
    private final Set<State> seen = new HashSet<>();
    private final EnumSet<FilterAction> actions = EnumSet.noneOf(FilterAction.class);

    BpfExploration(List<Instruction> instructions, int architecture, int number, Effort effort) {
        this.instructions = instructions;
        this.architecture = architecture;
        this.number = number;
        this.effort = effort;
    }

    EnumSet<FilterAction> actions() {
        open.push(new BpfPath());
        for (int steps = 0; !open.isEmpty(); steps++) {
            if (steps == MOST_STEPS || !effort.spend()) {
                return EnumSet.allOf(FilterAction.class);
            }
            step(open.pop());
        }
        return actions;
    }

    private void step(BpfPath path) {
        Instruction now = instructions.get(path.at);
        switch (now.code() & Opcode.CLASS) {
            case Opcode.RET_K & Opcode.CLASS -> end(now.code() == Opcode.RET_A ? path.a : new Constant(now.k()));
            case Opcode.JMP -> jump(path, now);
            case Opcode.ALU -> arithmetic(path, now);
            default -> {
                move(path, now);
                goOn(path, 0);
            }
        }
    }

    private void goOn(BpfPath path, int skipped) {
        path.at += skipped + 1;
        open.push(path);
    }

    private void end(Value returned) {
        if (returned instanceof Constant(int value)) {
            actions.add(FilterAction.of(value));
        } else {
            actions.addAll(EnumSet.allOf(FilterAction.class));
        }
    }

    private static Value operand(BpfPath path, Instruction now) {
        return (now.code() & Opcode.BY_X) == 0 ? new Constant(now.k()) : path.x;
    }

    private void jump(BpfPath path, Instruction now) {
        int comparison = now.code() & Opcode.OPERATION;
        if (comparison == Opcode.JA) {
            goOn(path, now.k());
            return;
        }
        Value with = operand(path, now);
        if (path.a instanceof Constant(int a) && with instanceof Constant(int b)) {
            goOn(path, Opcode.compare(comparison, a, b) ? now.jumpTrue() : now.jumpFalse());
            return;
        }
        path.where(comparison, with, true).ifPresent(branch -> branchOff(branch, now.jumpTrue()));
        path.where(comparison, with, false).ifPresent(branch -> branchOff(branch, now.jumpFalse()));
    }

    /// Where paths meet again with the same knowledge, one of them is enough.
    private void branchOff(BpfPath branch, int skipped) {
        goOn(branch, skipped);
        if (!seen.add(branch.state())) {
            open.pop();
        }
    }

    private void arithmetic(BpfPath path, Instruction now) {
        int operation = now.code() & Opcode.OPERATION;
        Value with = operand(path, now);
        if (operation == Opcode.DIV && !(with instanceof Constant(int divisor) && divisor != 0)) {
            actions.add(FilterAction.KILL_THREAD);
            if (with instanceof Constant) {
                return; // by zero, and for certain
            }
        }
        path.a = computed(operation, path.a, with);
        goOn(path, 0);
    }

    private static Value computed(int operation, Value a, Value b) {
        if (a instanceof Constant(int left) && b instanceof Constant(int right)) {
            return new Constant(Opcode.compute(operation, left, right));
        }
        if (operation == Opcode.AND && a instanceof Masked(int word, int mask) && b instanceof Constant(int right)) {
            return new Masked(word, mask & right);
        }
        return BpfPath.UNKNOWN;
    }

    private void move(BpfPath path, Instruction now) {
        int k = now.k();
        switch (now.code()) {
            case Opcode.LD_IMM -> path.a = new Constant(k);
            case Opcode.LD_ABS -> path.a = word(k / Integer.BYTES);
            case Opcode.LD_MEM -> path.a = path.stored(k);
            case Opcode.LD_LEN -> path.a = new Constant(SeccompData.BYTES);
            case Opcode.LDX_IMM -> path.x = new Constant(k);
            case Opcode.LDX_MEM -> path.x = path.stored(k);
            case Opcode.LDX_LEN -> path.x = new Constant(SeccompData.BYTES);
            case Opcode.ST -> path.store(k, path.a);
            case Opcode.STX -> path.store(k, path.x);
            case Opcode.TAX -> path.x = path.a;
            case Opcode.TXA -> path.a = path.x;
            default -> throw new IllegalArgumentException("instruction " + now);
        }
    }

    private Value word(int index) {
        return switch (index) {
            case SeccompData.NUMBER -> new Constant(number);
            case SeccompData.ARCHITECTURE -> new Constant(architecture);
            default -> new Masked(index, -1);
        };
    }
}
