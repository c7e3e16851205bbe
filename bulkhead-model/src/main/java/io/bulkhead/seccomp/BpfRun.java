package io.bulkhead.seccomp;

import io.bulkhead.seccomp.BpfProgram.Instruction;
import java.util.List;

/// One run of a filter over one call.
final class BpfRun {

    private final SeccompData call;
    private final int[] memory = new int[BpfProgram.MEMORY_WORDS];
    private int a;
    private int x;

    BpfRun(SeccompData call) {
        this.call = call;
    }

    int of(List<Instruction> instructions) {
        int at = 0;
        while (true) {
            Instruction now = instructions.get(at);
            int code = now.code();
            if (Opcode.isReturn(code)) {
                return code == Opcode.RET_A ? a : now.k();
            }
            if (Opcode.isJump(code)) {
                at += jump(now);
            } else if ((code & Opcode.CLASS) == Opcode.ALU) {
                int operand = operand(now);
                if ((code & Opcode.OPERATION) == Opcode.DIV && operand == 0) {
                    // A division by zero ends a program with 0 (bpf_convert_filter in net/core/filter.c).
                    return FilterAction.KILL_THREAD.code();
                }
                a = Opcode.compute(code & Opcode.OPERATION, a, operand);
            } else {
                move(now);
            }
            at++;
        }
    }

    private int operand(Instruction now) {
        return (now.code() & Opcode.BY_X) == 0 ? now.k() : x;
    }

    private int jump(Instruction now) {
        int operation = now.code() & Opcode.OPERATION;
        if (operation == Opcode.JA) {
            return now.k();
        }
        return Opcode.compare(operation, a, operand(now)) ? now.jumpTrue() : now.jumpFalse();
    }

    private void move(Instruction now) {
        switch (now.code()) {
            case Opcode.LD_IMM -> a = now.k();
            case Opcode.LD_ABS -> a = call.word(now.k() / Integer.BYTES);
            case Opcode.LD_MEM -> a = memory[now.k()];
            case Opcode.LD_LEN -> a = SeccompData.BYTES;
            case Opcode.LDX_IMM -> x = now.k();
            case Opcode.LDX_MEM -> x = memory[now.k()];
            case Opcode.LDX_LEN -> x = SeccompData.BYTES;
            case Opcode.ST -> memory[now.k()] = a;
            case Opcode.STX -> memory[now.k()] = x;
            case Opcode.TAX -> x = a;
            case Opcode.TXA -> a = x;
            default -> throw new IllegalArgumentException("instruction " + now);
        }
    }
}
