package io.bulkhead.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes eBPF instructions, those that [SyscallRecorder] needs
/// (Documentation/bpf/standardization/instruction-set.rst).
/// Registers are numbered as there: 0 has results, 1 to 5 arguments, 6 to 9 survive calls, 10 is the stack's end.
final class EbpfAssembly {

    private static final int BYTES = 8;
    private static final int STACK = 10;

    /// The second word of a 64-bit constant is the address in a map's value.
    private static final int MAP_VALUE = 2;

    private record Jump(int from, String to) {}

    private final List<int[]> instructions = new ArrayList<>();
    private final List<Jump> jumps = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    private EbpfAssembly add(int code, int to, int from, int offset, int immediate) {
        instructions.add(new int[] {code, to | from << 4, offset, immediate});
        return this;
    }

    EbpfAssembly move(int to, int from) {
        return add(0xBF, to, from, 0, 0);
    }

    EbpfAssembly set(int to, int value) {
        return add(0xB7, to, 0, 0, value);
    }

    EbpfAssembly set64(int to, long value) {
        return add(0x18, to, 0, 0, (int) value).add(0, 0, 0, 0, (int) (value >>> 32));
    }

    /// The address of the first value of an array map.
    EbpfAssembly setMapValue(int to, int map) {
        return add(0x18, to, MAP_VALUE, 0, map).add(0, 0, 0, 0, 0);
    }

    /// Drops the upper half.
    EbpfAssembly narrow(int register) {
        return add(0xBC, register, register, 0, 0);
    }

    EbpfAssembly plus(int to, int value) {
        return add(0x07, to, 0, 0, value);
    }

    EbpfAssembly plusRegister(int to, int from) {
        return add(0x0F, to, from, 0, 0);
    }

    EbpfAssembly minusRegister(int to, int from) {
        return add(0x1F, to, from, 0, 0);
    }

    EbpfAssembly shiftLeft(int register, int bits) {
        return add(0x67, register, 0, 0, bits);
    }

    EbpfAssembly load64(int to, int base, int offset) {
        return add(0x79, to, base, offset, 0);
    }

    EbpfAssembly load32(int to, int base, int offset) {
        return add(0x61, to, base, offset, 0);
    }

    /// Adds to a 64-bit number in memory, at once for all processors.
    EbpfAssembly addAtomically(int base, int from) {
        return add(0xDB, base, from, 0, 0);
    }

    /// @param helper its number in `enum bpf_func_id`
    EbpfAssembly call(int helper) {
        return add(0x85, 0, 0, 0, helper);
    }

    /// The address `below` the stack's end.
    EbpfAssembly stackAddress(int to, int below) {
        return move(to, STACK).plus(to, -below);
    }

    EbpfAssembly jump(String label) {
        return jumping(0x05, 0, 0, 0, label);
    }

    EbpfAssembly jumpIfNot(int register, int value, String label) {
        return jumping(0x55, register, 0, value, label);
    }

    EbpfAssembly jumpIfAnyBit(int register, int bits, String label) {
        return jumping(0x45, register, 0, bits, label);
    }

    EbpfAssembly jumpIfLess(int register, int value, String label) {
        return jumping(0xA5, register, 0, value, label);
    }

    EbpfAssembly jumpIfAtLeast(int register, int value, String label) {
        return jumping(0x35, register, 0, value, label);
    }

    EbpfAssembly jumpIfAtLeastRegister(int register, int other, String label) {
        return jumping(0x3D, register, other, 0, label);
    }

    private EbpfAssembly jumping(int code, int to, int from, int value, String label) {
        jumps.add(new Jump(instructions.size(), label));
        return add(code, to, from, 0, value);
    }

    EbpfAssembly label(String name) {
        labels.put(name, instructions.size());
        return this;
    }

    EbpfAssembly exit() {
        return add(0x95, 0, 0, 0, 0);
    }

    /// As the kernel takes them.
    byte[] bytes() {
        for (Jump jump : jumps) {
            Integer to = labels.get(jump.to);
            if (to == null) {
                throw new IllegalStateException("there is no label " + jump.to);
            }
            instructions.get(jump.from)[2] = to - jump.from - 1;
        }
        ByteBuffer bytes = ByteBuffer.allocate(instructions.size() * BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int[] each : instructions) {
            bytes.put((byte) each[0])
                    .put((byte) each[1])
                    .putShort((short) each[2])
                    .putInt(each[3]);
        }
        return bytes.array();
    }
}
