package io.bulkhead.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// One or more netlink(7) messages as the kernel reads them: numbers in the machine's order, everything padded to four
/// bytes.
final class NetlinkMessage {

    private static final int HEADER = 16;
    private static final int ATTRIBUTE = 4;
    private static final int NESTED = 0x8000;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_ACK = 4;

    private final ByteBuffer bytes;
    private int begun = -1;
    private int count;
    private int acknowledgements;

    NetlinkMessage(int capacity) {
        bytes = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
    }

    /// Begins a message; `flags` beside NLM_F_REQUEST.
    NetlinkMessage begin(int type, int flags) {
        end();
        begun = bytes.position();
        count++;
        acknowledgements += (flags & NLM_F_ACK) == 0 ? 0 : 1;
        bytes.putInt(0)
                .putShort((short) type)
                .putShort((short) (NLM_F_REQUEST | flags))
                .putInt(count)
                .putInt(0);
        return this;
    }

    /// The fixed part of a message about a device (struct ifinfomsg).
    NetlinkMessage device(int family, int index, int flags) {
        bytes.put((byte) family).put((byte) 0).putShort((short) 0);
        bytes.putInt(index).putInt(flags).putInt(flags);
        return this;
    }

    NetlinkMessage fixed(byte... part) {
        bytes.put(part);
        pad();
        return this;
    }

    NetlinkMessage number(int value) {
        bytes.putInt(value);
        return this;
    }

    NetlinkMessage attribute(int type, byte... value) {
        bytes.putShort((short) (ATTRIBUTE + value.length))
                .putShort((short) type)
                .put(value);
        pad();
        return this;
    }

    NetlinkMessage attribute(int type, int value) {
        bytes.putShort((short) (ATTRIBUTE + Integer.BYTES))
                .putShort((short) type)
                .putInt(value);
        return this;
    }

    /// Text with the NUL at its end.
    NetlinkMessage attribute(int type, String value) {
        return attribute(type, (value + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    NetlinkMessage nest(int type, Runnable content) {
        int start = bytes.position();
        bytes.putShort((short) 0).putShort((short) (NESTED | type));
        content.run();
        bytes.putShort(start, (short) (bytes.position() - start));
        return this;
    }

    /// How many of the messages ask for an acknowledgement.
    int acknowledgements() {
        return acknowledgements;
    }

    byte[] finished() {
        end();
        byte[] copy = new byte[bytes.position()];
        bytes.get(0, copy);
        return copy;
    }

    private void end() {
        if (begun >= 0) {
            bytes.putInt(begun, bytes.position() - begun);
        }
    }

    private void pad() {
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
    }

    /// How a received message begins.
    record Header(int length, int type) {
        static Header at(ByteBuffer received) {
            var header = new Header(received.getInt(received.position()), received.getShort(received.position() + 4));
            if (header.length < HEADER || header.length > received.remaining()) {
                throw new KernelException("netlink: an answer of " + header.length + " bytes", Errno.EIO);
            }
            return header;
        }

        int padded(int available) {
            return Math.min(available, (length + 3) & ~3);
        }
    }
}
