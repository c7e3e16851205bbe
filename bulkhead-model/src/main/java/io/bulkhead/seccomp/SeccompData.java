package io.bulkhead.seccomp;

import java.util.List;

/// What a filter sees of a system call (`struct seccomp_data`, seccomp(2)).
///
/// @param architecture by its `AUDIT_ARCH_*` value
/// @param arguments six machine words
public record SeccompData(int number, int architecture, long instructionPointer, List<Long> arguments) {

    static final int BYTES = 64;
    static final int WORDS = BYTES / Integer.BYTES;
    static final int NUMBER = 0;
    static final int ARCHITECTURE = 1;

    static final int ARGUMENTS = 6;
    private static final int INSTRUCTION_POINTER = 2;
    private static final int FIRST_ARGUMENT = 4;

    public SeccompData {
        arguments = List.copyOf(arguments);
        if (arguments.size() != ARGUMENTS) {
            throw new IllegalArgumentException("a call has six arguments, not " + arguments.size());
        }
    }

    /// One of the sixteen 32-bit words; all architectures Bulkhead runs on keep the low half first.
    int word(int index) {
        return switch (index) {
            case NUMBER -> number;
            case ARCHITECTURE -> architecture;
            case INSTRUCTION_POINTER, INSTRUCTION_POINTER + 1 -> half(instructionPointer, index);
            default -> half(arguments.get((index - FIRST_ARGUMENT) / 2), index);
        };
    }

    private static int half(long value, int index) {
        return (int) (index % 2 == 0 ? value : value >>> 32);
    }
}
