package io.bulkhead.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// The layout of the running kernel's structures, as the kernel itself describes it: BTF, Documentation/bpf/btf.rst.
/// It replaces the kernel's header files, which no host has to have.
final class KernelTypes {

    private static final Path RUNNING = Path.of("/sys/kernel/btf/vmlinux");

    private static final int MAGIC = 0xEB9F;
    private static final int TYPE = 12;
    private static final int MEMBER = 12;
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int BITS = 8;

    /// With bit fields the lower 24 bits of a member's offset are the offset.
    private static final int OFFSET_BITS = 0xFF_FFFF;

    private final ByteBuffer types;
    private final ByteBuffer names;
    private final int[] places;

    private KernelTypes(ByteBuffer types, ByteBuffer names, int[] places) {
        this.types = types;
        this.names = names;
        this.places = places;
    }

    /// Empty where the kernel does not describe itself (CONFIG_DEBUG_INFO_BTF).
    static Optional<KernelTypes> ofRunning() {
        try {
            return Optional.of(parse(Files.readAllBytes(RUNNING)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException broken) {
            throw new KernelException("read " + RUNNING + " (" + broken + ")", Errno.EINVAL);
        }
    }

    static KernelTypes parse(byte[] btf) {
        ByteBuffer all = ByteBuffer.wrap(btf).order(ByteOrder.nativeOrder());
        if (Short.toUnsignedInt(all.getShort(0)) != MAGIC) {
            throw new IllegalArgumentException("it is not BTF");
        }
        int header = all.getInt(4);
        ByteBuffer types = part(all, header + all.getInt(8), all.getInt(12));
        ByteBuffer names = part(all, header + all.getInt(16), all.getInt(20));
        var places = new int[types.capacity() / TYPE + 2];
        int count = 1;
        for (int at = 0; at < types.capacity(); at += TYPE + rest(types.getInt(at + 4))) {
            places[count++] = at;
        }
        return new KernelTypes(types, names, java.util.Arrays.copyOf(places, count));
    }

    private static ByteBuffer part(ByteBuffer all, int offset, int length) {
        return all.slice(offset, length).order(all.order());
    }

    /// How many bytes follow the three words that every type has.
    private static int rest(int info) {
        int members = info & 0xFFFF;
        return switch (kind(info)) {
            case 1, 14, 17 -> 4; // INT, VAR, DECL_TAG
            case 3 -> 12; // ARRAY
            case STRUCT, UNION, 15, 19 -> members * 12; // DATASEC, ENUM64
            case 6, 13 -> members * 8; // ENUM, FUNC_PROTO
            case 2, 7, 8, 9, 10, 11, 12, 16, 18 -> 0; // pointers, names, qualifiers, FUNC, FLOAT
            default -> throw new IllegalArgumentException("BTF has a kind of type that is not known: " + kind(info));
        };
    }

    private static int kind(int info) {
        return (info >>> 24) & 0x1F;
    }

    /// Where a member is in a structure, in bytes: `offset("task_struct", "thread_info", "status")`. Empty if the
    /// running kernel has no such member.
    OptionalInt offset(String structure, String... path) {
        for (int id = 1; id < places.length; id++) {
            int at = places[id];
            if (kind(types.getInt(at + 4)) == STRUCT && isNamed(types.getInt(at), structure)) {
                return offset(id, path, 0);
            }
        }
        return OptionalInt.empty();
    }

    private OptionalInt offset(int id, String[] path, int depth) {
        int at = places[id];
        int info = types.getInt(at + 4);
        return switch (kind(info)) {
            case 8, 9, 10, 11, 18 -> offset(types.getInt(at + 8), path, depth); // names and qualifiers
            case STRUCT, UNION -> member(at, info, path, depth);
            default -> OptionalInt.empty();
        };
    }

    private OptionalInt member(int at, int info, String[] path, int depth) {
        boolean fields = info < 0;
        for (int i = 0; i < (info & 0xFFFF); i++) {
            int member = at + TYPE + i * MEMBER;
            int name = types.getInt(member);
            int bits = types.getInt(member + 8) & (fields ? OFFSET_BITS : -1);
            boolean here = isNamed(name, path[depth]);
            // A structure without a name, as randomized layouts have it, is looked into.
            boolean unnamed = names.get(name) == 0;
            if (here && depth == path.length - 1) {
                return OptionalInt.of(bits / BITS);
            }
            if (here || unnamed) {
                OptionalInt inner = offset(types.getInt(member + 4), path, here ? depth + 1 : depth);
                if (here || inner.isPresent()) {
                    return inner.isPresent() ? OptionalInt.of(bits / BITS + inner.getAsInt()) : inner;
                }
            }
        }
        return OptionalInt.empty();
    }

    private boolean isNamed(int name, String expected) {
        byte[] bytes = expected.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            if (names.get(name + i) != bytes[i]) {
                return false;
            }
        }
        return names.get(name + bytes.length) == 0;
    }
}
