package io.bulkhead.network;

import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.Namespaces;
import io.bulkhead.name.ContainerId;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A host, a machine outside and any number of containers, each a network namespace of its own: nothing of the real
/// host's network is touched. A socket belongs to the namespace it was made in, whoever uses it, so the tests' servers
/// and clients are plain Java.
final class TestHost implements Closeable {

    static final String HOST = "192.0.2.1";
    static final String OUTSIDE = "192.0.2.2";

    private static final IdMap MAP = IdMap.of(new IdRange(3_000_000, 65_536));
    private static final int PATIENCE_MILLIS = 1500;

    private final Deque<Closeable> open = new ArrayDeque<>();
    private final Random randomness = new Random(7);
    final Fd host = namespace();
    final Fd outside = namespace();

    TestHost() {
        // A new namespace begins with the value of the machine the test runs on.
        new HostNetwork(Optional.of(host)).setSysctl("ipv4/ip_forward", "0");
        run(host, "ip", "link", "set", "lo", "up");
        run(host, "ip", "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", outside.path());
        run(host, "ip", "address", "add", HOST + "/24", "dev", "uplink");
        run(host, "ip", "link", "set", "uplink", "up");
        run(outside, "ip", "address", "add", OUTSIDE + "/24", "dev", "eth0");
        run(outside, "ip", "link", "set", "eth0", "up");
    }

    static boolean possible() {
        return "root".equals(System.getProperty("user.name"))
                && List.of("ip", "nft").stream().allMatch(name -> Files.isExecutable(Path.of("/usr/sbin", name)))
                && Files.isExecutable(Path.of("/usr/bin/nsenter"));
    }

    Settings settings() {
        return new Settings("bulkhead0", Optional.empty(), 1500, Optional.of(host));
    }

    Settings settings(String subnet) {
        return new Settings("bulkhead0", Optional.of(subnet), 1500, Optional.of(host));
    }

    ContainerId id() {
        return ContainerId.random(randomness);
    }

    Fd namespace() {
        Namespaces.Made made = Namespaces.create(MAP, MAP, true);
        open.push(made::close);
        return made.network().orElseThrow();
    }

    String run(Fd where, String... command) {
        var entered = new ArrayList<>(List.of("nsenter", "--net=" + where.path()));
        entered.addAll(List.of(command));
        try {
            Process process =
                    new ProcessBuilder(entered).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(entered + ": " + output);
            }
            return output;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    String rules() {
        return run(host, "nft", "list", "ruleset");
    }

    String links() {
        return run(host, "ip", "-brief", "link");
    }

    String ipForward() {
        return new HostNetwork(Optional.of(host)).sysctl("ipv4/ip_forward");
    }

    /// A server that answers each client with the address it sees it come from.
    void serveTcp(Fd where, String address, int port) {
        var server = Namespaces.inNetwork(where, () -> {
            try {
                return ServerSocketChannel.open(StandardProtocolFamily.INET).bind(at(address, port));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        open.push(server);
        Thread.ofVirtual().start(() -> {
            while (server.isOpen()) {
                try (SocketChannel client = server.accept()) {
                    client.write(ByteBuffer.wrap(peer(client).getBytes(StandardCharsets.UTF_8)));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private static String peer(SocketChannel client) throws IOException {
        return ((InetSocketAddress) client.getRemoteAddress()).getAddress().getHostAddress();
    }

    void serveUdp(Fd where, int port) {
        var server = Namespaces.inNetwork(where, () -> {
            try {
                return DatagramChannel.open(StandardProtocolFamily.INET).bind(at("0.0.0.0", port));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        open.push(server);
        Thread.ofVirtual().start(() -> {
            var question = ByteBuffer.allocate(16);
            while (server.isOpen()) {
                try {
                    var client = server.receive(question.clear());
                    server.send(ByteBuffer.wrap("udp".getBytes(StandardCharsets.UTF_8)), client);
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    /// What the server says; empty if there is no connection.
    Optional<String> ask(Fd where, String address, int port) {
        return ask(where, "0.0.0.0", address, port);
    }

    Optional<String> ask(Fd where, String from, String address, int port) {
        try (SocketChannel socket = Namespaces.inNetwork(where, () -> client(from))) {
            socket.socket().connect(at(address, port), PATIENCE_MILLIS);
            return Optional.of(new String(Channels.newInputStream(socket).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreachable) {
            return Optional.empty();
        }
    }

    private static SocketChannel client(String from) {
        try {
            return SocketChannel.open(StandardProtocolFamily.INET)
                    .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                    .bind(at(from, 0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Optional<String> askUdp(Fd where, String address, int port) {
        try (DatagramChannel socket = Namespaces.inNetwork(where, TestHost::udpClient)) {
            socket.connect(at(address, port));
            socket.socket().setSoTimeout(PATIENCE_MILLIS);
            socket.write(ByteBuffer.wrap(new byte[] {1}));
            var answer = new java.net.DatagramPacket(new byte[16], 16);
            socket.socket().receive(answer);
            return Optional.of(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8));
        } catch (IOException unreachable) {
            return Optional.empty();
        }
    }

    private static DatagramChannel udpClient() {
        try {
            return DatagramChannel.open(StandardProtocolFamily.INET);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(Ipv4Address.parse(address).inetAddress(), port);
    }

    @Override
    public void close() throws IOException {
        for (Closeable each : open) {
            each.close();
        }
    }
}
