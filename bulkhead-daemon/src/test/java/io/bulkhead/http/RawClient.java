package io.bulkhead.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A client that sends exactly the bytes it is told to, and reads answers as plainly as possible.
final class RawClient implements AutoCloseable {

    private final SocketChannel channel;

    private RawClient(SocketChannel channel) {
        this.channel = channel;
    }

    static RawClient connect(Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new RawClient(channel);
    }

    SocketChannel channel() {
        return channel;
    }

    RawClient send(String bytes) throws IOException {
        return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            int _ = channel.write(buffer);
        }
        return this;
    }

    RawClient get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: d\r\n\r\n");
    }

    RawClient endInput() throws IOException {
        SocketChannel _ = channel.shutdownOutput();
        return this;
    }

    /// All there is until the server closes.
    String readAll() throws IOException {
        var all = new ByteArrayOutputStream();
        try {
            Channels.newInputStream(channel).transferTo(all);
        } catch (IOException reset) {
            all.writeBytes(("[" + reset.getMessage() + "]").getBytes(StandardCharsets.UTF_8));
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /// Up to and including the first `marker`.
    String readUntil(String marker) throws IOException {
        var read = new StringBuilder();
        var one = ByteBuffer.allocate(1);
        while (read.indexOf(marker) < 0) {
            one.clear();
            if (channel.read(one) < 0) {
                throw new IOException("end before " + marker + " after " + read);
            }
            read.append((char) (one.get(0) & 0xFF));
        }
        return read.toString();
    }

    /// An answer with a Content-Length: its head, and its body after it.
    String readAnswer() throws IOException {
        String head = readUntil("\r\n\r\n");
        int length = head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return head + readBytes(length);
    }

    String readBytes(int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new IOException("end " + bytes.remaining() + " bytes early");
            }
        }
        return new String(bytes.array(), StandardCharsets.ISO_8859_1);
    }

    /// Goes away in the middle of things.
    void hangUp() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
