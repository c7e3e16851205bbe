package io.bulkhead.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A request no client library would send, byte by byte.
final class RawRequest {

    private RawRequest() {}

    /// @param status 0 when the connection was closed without a word
    record Answer(int status, String text) {}

    /// Sends everything, says that there is no more, and reads until the server closes the connection.
    static Answer send(Path socket, String bytes) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer out = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
            while (out.hasRemaining()) {
                channel.write(out);
            }
            channel.shutdownOutput();
            byte[] in = Channels.newInputStream(channel).readAllBytes();
            String text = new String(in, StandardCharsets.UTF_8);
            return new Answer(text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : 0, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
