package io.bulkhead.ownership;

import io.bulkhead.kernel.PinnedEntry;
import io.bulkhead.ownership.OwnershipException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/// An [OwnerLog] to look files up in. The first record about a file counts: what came later was recorded by a
/// change that went on after it had been cut off.
final class OwnerTable {

    private static final int NONE = -1;

    private final ByteBuffer records;
    private final int[] places;
    private final long rootDevice;

    private OwnerTable(ByteBuffer records, int[] places, long rootDevice) {
        this.records = records;
        this.places = places;
        this.rootDevice = rootDevice;
    }

    /// Who a file belonged to.
    record Old(long uid, long gid) {}

    static OwnerTable read(Path directory, long rootDevice) {
        try (FileChannel channel = FileChannel.open(directory.resolve(OwnerLog.NAME), StandardOpenOption.READ)) {
            int count = wholeRecords(channel);
            ByteBuffer records = map(channel, (long) count * OwnerLog.RECORD);
            var table = new OwnerTable(records, new int[Integer.highestOneBit(count + 1) << 2], rootDevice);
            Arrays.fill(table.places, NONE);
            for (int i = 0; i < count; i++) {
                table.add(i);
            }
            return table;
        } catch (NoSuchFileException _) {
            return new OwnerTable(ByteBuffer.allocate(0), new int[] {NONE}, rootDevice);
        } catch (IOException failure) {
            throw new OwnershipException(Reason.STORAGE, "the old owners cannot be read: " + failure, failure);
        }
    }

    static int wholeRecords(FileChannel channel) throws IOException {
        long room = channel.size() / OwnerLog.RECORD;
        ByteBuffer records = map(channel, room * OwnerLog.RECORD);
        var sum = new CRC32C();
        int count = 0;
        while (count < room) {
            sum.reset();
            sum.update(records.slice(count * OwnerLog.RECORD, OwnerLog.CHECKED));
            if ((int) sum.getValue() != records.getInt(count * OwnerLog.RECORD + OwnerLog.CHECKED)) {
                break;
            }
            count++;
        }
        return count;
    }

    private static ByteBuffer map(FileChannel channel, long size) throws IOException {
        if (size > Integer.MAX_VALUE) {
            throw new IOException("more than " + Integer.MAX_VALUE / OwnerLog.RECORD + " files");
        }
        return channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void add(int record) {
        int at = record * OwnerLog.RECORD;
        int place = place(records.getLong(at), records.getLong(at + 8), records.getLong(at + 16));
        if (places[place] == NONE) {
            places[place] = record;
        }
    }

    /// Where the file is in the table, or where it would be.
    private int place(long inode, long born, long device) {
        long mixed = (inode * 31 + born) * 31 + device;
        mixed *= 0x9E37_79B9_7F4A_7C15L;
        int place = (int) (mixed >>> 32) & (places.length - 1);
        while (places[place] != NONE) {
            int at = places[place] * OwnerLog.RECORD;
            if (records.getLong(at) == inode && records.getLong(at + 8) == born && records.getLong(at + 16) == device) {
                return place;
            }
            place = (place + 1) & (places.length - 1);
        }
        return place;
    }

    Optional<Old> find(PinnedEntry entry) {
        int record = places[place(entry.inode(), entry.born(), OwnerLog.device(entry, rootDevice))];
        if (record == NONE) {
            return Optional.empty();
        }
        int at = record * OwnerLog.RECORD;
        return Optional.of(new Old(
                Integer.toUnsignedLong(records.getInt(at + 24)), Integer.toUnsignedLong(records.getInt(at + 28))));
    }
}
