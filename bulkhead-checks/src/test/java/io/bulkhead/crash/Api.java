package io.bulkhead.crash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The smallest client of the Docker Engine API: one request a connection, over the daemon's unix socket.
record Api(Path socket) {

    /// @param status 0 when the daemon ended before it answered
    record Answer(int status, String body) {

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    Answer get(String path) {
        return ask("GET", path, new byte[0], "application/json");
    }

    Answer post(String path, String json) {
        return ask("POST", path, json.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    Answer delete(String path) {
        return ask("DELETE", path, new byte[0], "application/json");
    }

    Answer ask(String method, String path, byte[] body, String type) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String head = method + " /v1.47" + path + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Type: "
                    + type + "\r\nContent-Length: " + body.length + "\r\n\r\n";
            write(channel, head.getBytes(StandardCharsets.US_ASCII));
            write(channel, body);
            return answer(Channels.newInputStream(channel).readAllBytes());
        } catch (IOException killed) {
            return new Answer(0, String.valueOf(killed.getMessage()));
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            int _ = channel.write(buffer);
        }
    }

    private static Answer answer(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, text);
        }
        String head = text.substring(0, end).toLowerCase(Locale.ROOT);
        String body = text.substring(end + 4);
        int status = Integer.parseInt(head.substring(9, 12));
        return new Answer(status, head.contains("transfer-encoding: chunked") ? joined(body) : body);
    }

    private static String joined(String chunked) {
        var all = new ByteArrayOutputStream();
        int at = 0;
        while (at < chunked.length()) {
            int line = chunked.indexOf("\r\n", at);
            int size =
                    line < 0 ? 0 : Integer.parseInt(chunked.substring(at, line).strip(), 16);
            if (size == 0) {
                break;
            }
            int from = line + 2;
            int to = Math.min(chunked.length(), from + size);
            all.writeBytes(chunked.substring(from, to).getBytes(StandardCharsets.ISO_8859_1));
            at = to + 2;
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }
}
