package io.bulkhead.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A seccomp filter as the kernel holds it: a classic BPF program over [SeccompData]. One that exists is one the kernel
/// would accept: every jump goes forward and stays inside, so that every run ends.
public record BpfProgram(List<Instruction> instructions) {

    static final int MEMORY_WORDS = 16;

    /// `BPF_MAXINSNS`.
    public static final int MOST_INSTRUCTIONS = 4096;

    /// `struct sock_filter`.
    public static final int INSTRUCTION_BYTES = 8;

    /// @param code what to do, see the kernel's Documentation/networking/filter.rst
    /// @param jumpTrue how many instructions a jump skips if its condition holds
    /// @param jumpFalse and if it does not
    /// @param k the constant
    public record Instruction(int code, int jumpTrue, int jumpFalse, int k) {}

    public BpfProgram {
        instructions = List.copyOf(instructions);
        if (instructions.isEmpty() || instructions.size() > MOST_INSTRUCTIONS) {
            throw new IllegalArgumentException(
                    "a filter has 1 to " + MOST_INSTRUCTIONS + " instructions, not " + instructions.size());
        }
        for (int at = 0; at < instructions.size(); at++) {
            check(instructions.get(at), at, instructions.size());
        }
        if (!Opcode.isReturn(instructions.getLast().code())) {
            throw new IllegalArgumentException("the last instruction of a filter returns");
        }
    }

    private static void check(Instruction each, int at, int size) {
        int left = size - at - 1;
        boolean fits = Opcode.known(each.code)
                && switch (each.code) {
                    case Opcode.LD_ABS -> each.k >= 0 && each.k < SeccompData.BYTES && each.k % Integer.BYTES == 0;
                    case Opcode.LD_MEM, Opcode.LDX_MEM, Opcode.ST, Opcode.STX -> each.k >= 0 && each.k < MEMORY_WORDS;
                    case Opcode.ALU | Opcode.DIV -> each.k != 0;
                    case Opcode.ALU | Opcode.LSH, Opcode.ALU | Opcode.RSH -> each.k >= 0 && each.k < Integer.SIZE;
                    case Opcode.JMP | Opcode.JA -> each.k >= 0 && each.k < left;
                    default ->
                        !Opcode.isJump(each.code) || (inside(each.jumpTrue, left) && inside(each.jumpFalse, left));
                };
        if (!fits) {
            throw new IllegalArgumentException(
                    "instruction " + at + " of a filter is not one the kernel takes: " + each);
        }
    }

    private static boolean inside(int skipped, int left) {
        return skipped >= 0 && skipped < left;
    }

    /// Reads an array of `struct sock_filter` in this machine's byte order.
    public static BpfProgram of(byte[] filters) {
        if (filters.length % INSTRUCTION_BYTES != 0) {
            throw new IllegalArgumentException(filters.length + " bytes are not whole instructions");
        }
        var from = ByteBuffer.wrap(filters).order(ByteOrder.nativeOrder());
        var instructions = new ArrayList<Instruction>();
        while (from.hasRemaining()) {
            instructions.add(new Instruction(
                    Short.toUnsignedInt(from.getShort()),
                    Byte.toUnsignedInt(from.get()),
                    Byte.toUnsignedInt(from.get()),
                    from.getInt()));
        }
        return new BpfProgram(instructions);
    }

    /// The reverse of [#of].
    public byte[] bytes() {
        var to = ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
        for (Instruction each : instructions) {
            to.putShort((short) each.code)
                    .put((byte) each.jumpTrue)
                    .put((byte) each.jumpFalse)
                    .putInt(each.k);
        }
        return to.array();
    }

    /// Runs it: what it returns for this call, action and data, as the kernel sees it.
    public int run(SeccompData call) {
        return new BpfRun(call).of(instructions);
    }

    /// Every action it may answer this call with, over all arguments there are. What cannot be decided counts as
    /// possible: the answer may have actions too many, never too few.
    public Set<FilterAction> possible(int architecture, int number) {
        return possible(architecture, number, new Effort(Long.MAX_VALUE));
    }

    Set<FilterAction> possible(int architecture, int number, Effort effort) {
        return new BpfExploration(instructions, architecture, number, effort).actions();
    }
}
