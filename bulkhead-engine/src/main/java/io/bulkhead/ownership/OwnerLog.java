package io.bulkhead.ownership;

import io.bulkhead.kernel.PinnedEntry;
import io.bulkhead.ownership.OwnershipException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/// The owners files had, forty bytes each, on disk before the files are changed.
///
/// The file is grown by zeros that are forced before they are used: to force a record is then to write one block
/// and not to commit the file system's journal. A record has a checksum, so zeros and a torn one are the end of
/// the log.
final class OwnerLog implements AutoCloseable {

    static final String NAME = "owners";
    static final int RECORD = 40;
    static final int CHECKED = 36;
    private static final int GROWTH = 1 << 20;

    private final FileChannel channel;
    private final long rootDevice;
    private long end;
    private long zeroed;

    private OwnerLog(FileChannel channel, long rootDevice, long end) throws IOException {
        this.channel = channel;
        this.rootDevice = rootDevice;
        this.end = end;
        this.zeroed = channel.size();
    }

    /// Opens it to go on behind the last whole record.
    static OwnerLog open(Path directory, long rootDevice) {
        try {
            FileChannel channel = FileChannel.open(
                    directory.resolve(NAME),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            return new OwnerLog(channel, rootDevice, (long) OwnerTable.wholeRecords(channel) * RECORD);
        } catch (IOException failure) {
            throw failed(failure);
        }
    }

    /// Returns once they are on disk.
    void append(List<PinnedEntry> entries) {
        ByteBuffer records = encode(entries);
        synchronized (this) {
            try {
                grow(end + records.remaining());
                while (records.hasRemaining()) {
                    end += channel.write(records, end);
                }
                channel.force(false);
            } catch (IOException failure) {
                throw failed(failure);
            }
        }
    }

    private ByteBuffer encode(List<PinnedEntry> entries) {
        ByteBuffer records = ByteBuffer.allocate(entries.size() * RECORD).order(ByteOrder.LITTLE_ENDIAN);
        var sum = new CRC32C();
        for (PinnedEntry entry : entries) {
            int at = records.position();
            records.putLong(entry.inode())
                    .putLong(entry.born())
                    .putLong(device(entry, rootDevice))
                    .putInt((int) entry.uid())
                    .putInt((int) entry.gid())
                    .putInt(entry.mode());
            sum.reset();
            sum.update(records.slice(at, CHECKED));
            records.putInt((int) sum.getValue());
        }
        return records.flip();
    }

    /// The root's own device is 0: its number may be another after a boot.
    static long device(PinnedEntry entry, long rootDevice) {
        return entry.device() == rootDevice ? 0 : entry.device();
    }

    private void grow(long needed) throws IOException {
        if (needed <= zeroed) {
            return;
        }
        long size = (needed / GROWTH + 1) * GROWTH;
        var zeros = ByteBuffer.allocate(64 * 1024);
        for (long at = zeroed; at < size; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
            at += channel.write(zeros, at);
        }
        channel.force(true);
        zeroed = size;
    }

    private static OwnershipException failed(IOException failure) {
        return new OwnershipException(
                Reason.STORAGE, "the old owners cannot be recorded, so none is changed: " + failure, failure);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw failed(failure);
        }
    }
}
