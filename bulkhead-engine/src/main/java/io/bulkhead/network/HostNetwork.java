package io.bulkhead.network;

import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.Namespaces;
import io.bulkhead.network.NetworkException.Reason;
import io.bulkhead.spec.NetworkSpec.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What the host's network is like, asked without starting a program.
final class HostNetwork {

    private static final Path DEVICES = Path.of("/proc/thread-self/net/dev");
    private static final Path ROUTES = Path.of("/proc/thread-self/net/route");
    private static final Path SYSCTL = Path.of("/proc/sys/net");

    private final Optional<Fd> namespace;

    HostNetwork(Optional<Fd> namespace) {
        this.namespace = namespace;
    }

    private <T> T visit(Supplier<T> action) {
        return namespace.isPresent() ? Namespaces.inNetwork(namespace.get(), action) : action.get();
    }

    Set<String> devices() {
        return visit(() -> lines(DEVICES).stream()
                .filter(line -> line.contains(":"))
                .map(line -> line.substring(0, line.indexOf(':')).strip())
                .collect(Collectors.toSet()));
    }

    /// Where the host's routes lead, the default route and those of `except` left out.
    List<Subnet> routes(String except) {
        var routes = new ArrayList<Subnet>();
        for (String line : visit(() -> lines(ROUTES))) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length > 7 && !fields[0].equals("Iface") && !fields[0].equals(except)) {
                int mask = Integer.parseUnsignedInt(fields[7], 16);
                if (mask != 0) {
                    routes.add(new Subnet(littleEndian(fields[1]), Integer.bitCount(mask)));
                }
            }
        }
        return routes;
    }

    /// `/proc/net/route` prints the address's four bytes as one number of this machine; both supported ones are
    /// little-endian.
    private static Ipv4Address littleEndian(String hex) {
        int reversed = Integer.reverseBytes(Integer.parseUnsignedInt(hex, 16));
        return new Ipv4Address(Integer.toUnsignedLong(reversed));
    }

    /// @param name with slashes, below `/proc/sys/net`
    String sysctl(String name) {
        return visit(() -> lines(SYSCTL.resolve(name))).getFirst().strip();
    }

    boolean hasSysctl(String name) {
        return visit(() -> Files.exists(SYSCTL.resolve(name)));
    }

    void setSysctl(String name, String value) {
        visit(() -> {
            try {
                return Files.writeString(SYSCTL.resolve(name), value);
            } catch (IOException failure) {
                throw new NetworkException(
                        Reason.PLUMBING, "net/" + name + " cannot be set to " + value + ": " + failure, failure);
            }
        });
    }

    /// Whether a process could listen there now. SCTP is not tried: the JDK needs a library for it that few hosts have.
    boolean canBind(Protocol protocol, Ipv4Address address, int port) {
        var at = new InetSocketAddress(address.inetAddress(), port);
        return visit(() -> switch (protocol) {
            case TCP -> bindsTcp(at);
            case UDP -> bindsUdp(at);
            case SCTP -> true;
        });
    }

    boolean has(Ipv4Address address) {
        return address.isAny() || visit(() -> bindsUdp(new InetSocketAddress(address.inetAddress(), 0)));
    }

    private static boolean bindsTcp(InetSocketAddress at) {
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            socket.bind(at);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static boolean bindsUdp(InetSocketAddress at) {
        try (var socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
            socket.bind(at);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException failure) {
            throw new NetworkException(Reason.PLUMBING, file + " cannot be read: " + failure, failure);
        }
    }
}
