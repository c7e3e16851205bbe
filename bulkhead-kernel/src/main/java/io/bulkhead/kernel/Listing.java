package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads a directory (getdents64(2)).
final class Listing {

    private static final int BUFFER = 32 * 1024;
    private static final int RECORD_LENGTH = 16;
    private static final int NAME = 19;

    private Listing() {}

    static List<String> names(Fd directory) {
        var names = new ArrayList<String>();
        inBatches(directory, names::addAll);
        return names;
    }

    /// Gives the names a few hundred at a time: nobody bounds how many a container makes. The directory may be emptied
    /// meanwhile.
    static void inBatches(Fd directory, Consumer<List<String>> batch) {
        // Opened anew, because the position in a directory belongs to the open file and not to the caller.
        try (Arena arena = Arena.ofConfined();
                Fd fresh = Opening.open(directory.number(), ".", Sys.O_DIRECTORY, 0)) {
            MemorySegment buffer = arena.allocate(BUFFER, 8);
            long filled;
            do {
                filled = Calls.syscall(Sys.GETDENTS64, fresh.number(), buffer.address(), BUFFER);
                if (filled == -Errno.ENOENT) {
                    // Somebody removed the directory itself: there is nothing in it.
                    return;
                }
                Calls.check(filled, "getdents64");
                batch.accept(names(buffer.asSlice(0, filled)));
            } while (filled > 0);
        }
    }

    private static List<String> names(MemorySegment records) {
        var names = new ArrayList<String>();
        long at = 0;
        while (at < records.byteSize()) {
            int length = records.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + RECORD_LENGTH) & 0xFFFF;
            String name = name(records.asSlice(at + NAME, length - NAME));
            if (!".".equals(name) && !"..".equals(name)) {
                names.add(name);
            }
            at += length;
        }
        return names;
    }

    private static String name(MemorySegment padded) {
        byte[] bytes = padded.toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (bytes[end] != 0) {
            end++;
        }
        return FileNames.decode(java.util.Arrays.copyOf(bytes, end));
    }
}
