package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileChannels;
import io.bulkhead.kernel.Links;
import io.bulkhead.kernel.OpenFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// Small files that are either whole or not there: written beside, synced, renamed into place. The first line is the
/// digest of the rest, so that a file torn by a disk is told from a good one.
final class RecordFile {

    private static final int MAX_BYTES = 1 << 20;
    private static final String TEMPORARY = "record-";

    private RecordFile() {}

    /// @param temp on the same file system; swept at start
    static void write(Directory temp, Directory directory, String name, byte[] content) {
        String beside = TEMPORARY + UUID.randomUUID();
        byte[] head = (Digests.sha256(content) + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            Fd file = temp.createFile(beside, 0600);
            try (OutputStream out = FileChannels.output(file)) {
                out.write(head);
                out.write(content);
                OpenFile.sync(file);
            }
            temp.move(beside, directory, name);
            directory.sync();
        } catch (IOException failure) {
            throw Failures.storage("writing " + name, failure);
        } finally {
            temp.removeTree(beside);
        }
    }

    /// Empty if there is none.
    ///
    /// @throws ImageException STORAGE if it is torn
    static Optional<byte[]> read(Directory directory, String name) {
        return directory.readRegularFile(name, Links.REFUSE, MAX_BYTES).map(bytes -> whole(bytes, name));
    }

    private static byte[] whole(byte[] bytes, String name) {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        byte[] content = Arrays.copyOfRange(bytes, Math.min(end + 1, bytes.length), bytes.length);
        String head = new String(bytes, 0, end, StandardCharsets.US_ASCII);
        if (!head.equals(Digests.sha256(content).toString())) {
            throw new ImageException(Reason.STORAGE, "the record " + name + " is torn: its digest does not fit");
        }
        return content;
    }
}
