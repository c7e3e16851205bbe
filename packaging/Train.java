import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/// Asks a training daemon the questions a first client asks, so that the classes they need get into the cache.
/// usage: java Train.java SOCKET
final class Train {

    private static final List<String> PATHS = List.of(
            "/_ping", "/v1.51/version", "/v1.51/info", "/v1.51/containers/json?all=1", "/v1.51/images/json",
            "/v1.51/volumes", "/v1.51/networks", "/v1.51/containers/none/json", "/nothing");

    public static void main(String[] arguments) throws Exception {
        var socket = UnixDomainSocketAddress.of(arguments[0]);
        Instant end = Instant.now().plusSeconds(60);
        while (true) {
            try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(socket);
                break;
            } catch (IOException notYet) {
                if (Instant.now().isAfter(end)) {
                    throw notYet;
                }
                Thread.sleep(50);
            }
        }
        for (int round = 0; round < 3; round++) {
            for (String path : PATHS) {
                ask(socket, "GET " + path, "");
            }
            ask(socket, "POST /v1.51/containers/create", "{\"Image\":\"none\",\"Cmd\":[\"true\"]}");
            ask(socket, "DELETE /v1.51/containers/none", "");
        }
    }

    private static void ask(UnixDomainSocketAddress socket, String request, String body) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(socket);
            String text = request + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body;
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            var buffer = ByteBuffer.allocate(1 << 16);
            while (channel.read(buffer.clear()) >= 0) {
                // The answer does not matter.
            }
        }
    }
}
