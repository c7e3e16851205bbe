package io.bulkhead.seccomp;

/// The instruction codes that the kernel accepts in a filter (`seccomp_check_filter` in kernel/seccomp.c).
final class Opcode {

    static final int LD_IMM = 0x00;
    static final int LD_ABS = 0x20;
    static final int LD_MEM = 0x60;
    static final int LD_LEN = 0x80;
    static final int LDX_IMM = 0x01;
    static final int LDX_MEM = 0x61;
    static final int LDX_LEN = 0x81;
    static final int ST = 0x02;
    static final int STX = 0x03;
    static final int RET_K = 0x06;
    static final int RET_A = 0x16;
    static final int TAX = 0x07;
    static final int TXA = 0x87;

    /// The class is in the low three bits; bit 3 of an ALU or JMP code says that the second operand is X, not K.
    static final int CLASS = 0x07;

    static final int ALU = 0x04;
    static final int JMP = 0x05;
    static final int OPERATION = 0xF0;
    static final int BY_X = 0x08;

    static final int ADD = 0x00;
    static final int SUB = 0x10;
    static final int MUL = 0x20;
    static final int DIV = 0x30;
    static final int OR = 0x40;
    static final int AND = 0x50;
    static final int LSH = 0x60;
    static final int RSH = 0x70;
    static final int NEG = 0x80;
    static final int XOR = 0xA0;

    static final int JA = 0x00;
    static final int JEQ = 0x10;
    static final int JGT = 0x20;
    static final int JGE = 0x30;
    static final int JSET = 0x40;

    private Opcode() {}

    static boolean isJump(int code) {
        return (code & CLASS) == JMP;
    }

    static boolean isReturn(int code) {
        return code == RET_K || code == RET_A;
    }

    static boolean known(int code) {
        return switch (code) {
            case LD_IMM, LD_ABS, LD_MEM, LD_LEN, LDX_IMM, LDX_MEM, LDX_LEN, ST, STX, RET_K, RET_A, TAX, TXA -> true;
            default ->
                switch (code & ~(OPERATION | BY_X)) {
                    case ALU -> knownArithmetic(code);
                    case JMP -> (code & OPERATION) <= JSET && code != (JMP | JA | BY_X);
                    default -> false;
                };
        };
    }

    private static boolean knownArithmetic(int code) {
        return switch (code & OPERATION) {
            case ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, XOR -> true;
            case NEG -> (code & BY_X) == 0;
            default -> false;
        };
    }

    /// The second operand of a division may not be zero here.
    static int compute(int operation, int a, int b) {
        return switch (operation) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> Integer.divideUnsigned(a, b);
            case OR -> a | b;
            case AND -> a & b;
            case LSH -> a << b;
            case RSH -> a >>> b;
            case NEG -> -a;
            case XOR -> a ^ b;
            default -> throw new IllegalArgumentException("operation " + operation);
        };
    }

    static boolean compare(int operation, int a, int b) {
        return switch (operation) {
            case JEQ -> a == b;
            case JGT -> Integer.compareUnsigned(a, b) > 0;
            case JGE -> Integer.compareUnsigned(a, b) >= 0;
            case JSET -> (a & b) != 0;
            default -> throw new IllegalArgumentException("comparison " + operation);
        };
    }
}
