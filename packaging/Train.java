import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Has a training daemon do what clients ask for, so that the classes and the profiles they need get into the cache.
/// usage: java Train.java SOCKET [IMAGE_TAR COMMAND]
///
/// The image is a tar with one static program in it, COMMAND; without one no container is run and the daemon's first
/// containers start slower.
final class Train {

    private static final List<String> QUESTIONS = List.of(
            "/_ping", "/v1.51/version", "/v1.51/info", "/v1.51/containers/json?all=1", "/v1.51/images/json",
            "/v1.51/volumes", "/v1.51/networks", "/v1.51/containers/none/json", "/nothing");
    private static final int ROUNDS = 40;
    private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

    private final UnixDomainSocketAddress socket;

    private Train(UnixDomainSocketAddress socket) {
        this.socket = socket;
    }

    public static void main(String[] arguments) throws Exception {
        var train = new Train(UnixDomainSocketAddress.of(arguments[0]));
        train.awaitDaemon();
        for (int round = 0; round < 3; round++) {
            for (String path : QUESTIONS) {
                train.ask("GET " + path, "application/json", new byte[0]);
            }
        }
        if (arguments.length == 3) {
            byte[] tar = Files.readAllBytes(Path.of(arguments[1]));
            train.ask("POST /v1.51/images/create?fromSrc=-&repo=train", "application/x-tar", tar);
            for (int round = 0; round < ROUNDS; round++) {
                train.run(arguments[2], round % 4 == 3 ? "bridge" : "none");
            }
        }
    }

    private void awaitDaemon() throws Exception {
        Instant end = Instant.now().plusSeconds(60);
        while (true) {
            try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(socket);
                return;
            } catch (IOException notYet) {
                if (Instant.now().isAfter(end)) {
                    throw notYet;
                }
                Thread.sleep(50);
            }
        }
    }

    /// What `docker run --rm` asks, in its order.
    private void run(String command, String network) throws Exception {
        post("/_ping", "");
        String created = post(
                "/v1.51/containers/create",
                """
                {"Image":"train","Cmd":["%s","--version"],"AttachStdout":true,"AttachStderr":true,
                 "HostConfig":{"NetworkMode":"%s","AutoRemove":true}}"""
                        .formatted(command, network));
        Matcher id = ID.matcher(created);
        if (!id.find()) {
            throw new IOException("no container was made: " + created);
        }
        String container = "/v1.51/containers/" + id.group(1);
        Thread attached = background(container + "/attach?stream=1&stdout=1&stderr=1");
        Thread waiting = background(container + "/wait?condition=removed");
        ask("GET " + container + "/json", "application/json", new byte[0]);
        post(container + "/start", "");
        attached.join();
        waiting.join();
    }

    private Thread background(String path) {
        return Thread.ofVirtual().start(() -> {
            try {
                post(path, "");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    private String post(String path, String json) throws IOException {
        return ask("POST " + path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private String ask(String request, String type, byte[] body) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(socket);
            String head = request + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Type: " + type
                    + "\r\nContent-Length: " + body.length + "\r\n\r\n";
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            var content = ByteBuffer.wrap(body);
            while (content.hasRemaining()) {
                channel.write(content);
            }
            var buffer = ByteBuffer.allocate(1 << 16);
            var answer = new StringBuilder();
            while (channel.read(buffer.clear()) >= 0) {
                answer.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            }
            return answer.toString();
        }
    }
}
