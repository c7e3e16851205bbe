package io.bulkhead.kernel;

import io.bulkhead.seccomp.BpfProgram;
import io.bulkhead.seccomp.BpfProgram.Instruction;
import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.SeccompData;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Filters of every instruction the kernel takes, and calls whose arguments are near the constants in them.
final class RandomFilters {

    /// No machine has calls from here on: what a filter lets through answers ENOSYS.
    static final int FIRST_UNUSED_CALL = 600;

    private static final int UNUSED_CALLS = 4;
    private static final int[] ARITHMETIC = {0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x50, 0x50, 0x60, 0x70, 0x80, 0xA0};
    private static final int[] COMPARISONS = {0x10, 0x10, 0x20, 0x30, 0x40};
    private static final int[] CONSTANTS = {
        0, 1, 2, 3, 4, 7, 8, 15, 16, 0x7F, 0x80, 0xFF00, 0x7FFF_FFFF, 0x8000_0000, -1
    };

    private final Random random;

    RandomFilters(Random random) {
        this.random = random;
    }

    /// Lets the real calls through, so that the program that loaded it can go on.
    BpfProgram filter() {
        var program = new ArrayList<Instruction>();
        program.add(new Instruction(0x20, 0, 0, 0));
        program.add(new Instruction(0x35, 1, 0, FIRST_UNUSED_CALL));
        program.add(new Instruction(0x06, 0, 0, FilterAction.ALLOW.code()));
        for (int cell = 0; cell < 3; cell++) {
            program.add(new Instruction(0x02, 0, 0, cell));
        }
        int size = program.size() + 5 + random.nextInt(40);
        while (program.size() < size) {
            program.add(instruction(size - program.size()));
        }
        program.add(new Instruction(0x06, 0, 0, answer()));
        return new BpfProgram(program);
    }

    /// @param left how many instructions follow
    private Instruction instruction(int left) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> new Instruction(0x20, 0, 0, 4 * (random.nextInt(8) == 0 ? random.nextInt(2) : argument()));
            case 3 -> arithmetic();
            case 4, 5, 6, 7 ->
                new Instruction(
                        0x05 | pick(COMPARISONS) | (random.nextInt(6) == 0 ? 8 : 0),
                        random.nextInt(Math.min(left, 6)),
                        random.nextInt(Math.min(left, 6)),
                        constant());
            case 8 -> new Instruction(0x06, 0, 0, answer());
            case 9 -> new Instruction(random.nextBoolean() ? 0x07 : 0x87, 0, 0, 0);
            case 10 -> new Instruction(List.of(0x60, 0x61, 0x02, 0x03).get(random.nextInt(4)), 0, 0, random.nextInt(3));
            default -> rare(left);
        };
    }

    private Instruction rare(int left) {
        return switch (random.nextInt(6)) {
            case 0 -> new Instruction(0x05, 0, 0, random.nextInt(Math.min(left, 4)));
            case 1 -> new Instruction(0x80, 0, 0, 0);
            case 2 -> new Instruction(0x81, 0, 0, 0);
            case 3 -> new Instruction(0x00, 0, 0, constant());
            case 4 -> new Instruction(0x01, 0, 0, constant());
            default -> new Instruction(0x16, 0, 0, 0);
        };
    }

    private int argument() {
        return 4 + random.nextInt(6);
    }

    private Instruction arithmetic() {
        int operation = pick(ARITHMETIC);
        boolean byX = operation != 0x80 && random.nextInt(4) == 0;
        int k = switch (operation) {
            case 0x60, 0x70 -> random.nextInt(32);
            case 0x30 -> 1 + random.nextInt(9);
            default -> constant();
        };
        return new Instruction(0x04 | operation | (byX ? 8 : 0), 0, 0, k);
    }

    private int answer() {
        return random.nextInt(3) == 0
                ? FilterAction.ALLOW.code()
                : FilterAction.ERRNO.code() | (1 + random.nextInt(37));
    }

    private int constant() {
        return random.nextInt(10) == 0 ? random.nextInt() : pick(CONSTANTS);
    }

    private int pick(int[] from) {
        return from[random.nextInt(from.length)];
    }

    int unusedCall() {
        return FIRST_UNUSED_CALL + random.nextInt(UNUSED_CALLS);
    }

    SeccompData call(BpfProgram program, int architecture) {
        List<Long> arguments = Stream.generate(() -> word(program) | word(program) << 32)
                .limit(6)
                .toList();
        return new SeccompData(unusedCall(), architecture, random.nextLong(), arguments);
    }

    private long word(BpfProgram program) {
        int near = program.instructions()
                .get(random.nextInt(program.instructions().size()))
                .k();
        int word = switch (random.nextInt(6)) {
            case 0 -> near;
            case 1 -> near + 1;
            case 2 -> near - 1;
            case 3 -> random.nextInt();
            default -> constant();
        };
        return Integer.toUnsignedLong(word);
    }
}
