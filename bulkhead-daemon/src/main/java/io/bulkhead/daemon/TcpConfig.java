package io.bulkhead.daemon;

import io.bulkhead.authn.TlsPaths;
import io.bulkhead.daemon.ConfigFile.TcpKeys;
import io.bulkhead.name.Names;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The configuration's `tcp`. Whoever reaches a port without TLS would be whoever they say, so nothing listens there
/// without.
final class TcpConfig {

    private static final int HIGHEST_PORT = 65_535;

    private TcpConfig() {}

    static Config.Tcp of(TcpKeys keys) {
        if (keys.listen() == null || keys.listen().isEmpty()) {
            throw new StartException(": tcp.listen: there is no address to listen on, for example 127.0.0.1:2376");
        }
        if (keys.certificate() == null || keys.key() == null) {
            throw new StartException(": tcp: without TLS everybody who reaches the port could do everything, so it is"
                    + " not listened on: set tcp.certificate, tcp.key and tcp.client-ca (docs/authentication.md)");
        }
        boolean tokens = Boolean.TRUE.equals(keys.tokens());
        if (keys.clientAuthorities() == null && !tokens) {
            throw new StartException(": tcp.client-ca: without it nobody who reaches the port could say who they are:"
                    + " set it, or tcp.tokens: true for bearer tokens alone");
        }
        if (keys.clientAuthorities() == null && keys.crl() != null) {
            throw new StartException(": tcp.crl: there is no tcp.client-ca whose certificates it could revoke");
        }
        return new Config.Tcp(
                keys.listen().stream().map(TcpConfig::address).toList(),
                new TlsPaths(
                        ConfigFile.absolute("tcp.certificate", keys.certificate()),
                        ConfigFile.absolute("tcp.key", keys.key()),
                        Optional.ofNullable(keys.clientAuthorities())
                                .map(path -> ConfigFile.absolute("tcp.client-ca", path)),
                        Optional.ofNullable(keys.crl()).map(path -> ConfigFile.absolute("tcp.crl", path))),
                tokens);
    }

    /// A name could be another address tomorrow.
    private static InetSocketAddress address(@Nullable String text) {
        String given = text == null ? "" : text;
        int colon = given.lastIndexOf(':');
        String port = given.substring(colon + 1);
        if (colon > 0 && port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= HIGHEST_PORT) {
            Optional<InetAddress> host = literal(given.substring(0, colon));
            if (host.isPresent()) {
                return new InetSocketAddress(host.get(), Integer.parseInt(port));
            }
        }
        throw new StartException(": tcp.listen: `" + Names.shown(given)
                + "` is not an address and a port, such as 127.0.0.1:2376 or [::1]:2376");
    }

    private static Optional<InetAddress> literal(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        // Without brackets ::1:2376 would be an address of its own.
        if (bracketed == (host.indexOf(':') < 0)) {
            return Optional.empty();
        }
        try {
            String text = bracketed ? host.substring(1, host.length() - 1) : host;
            InetAddress address = InetAddress.ofLiteral(text);
            // 1.2.3 is an address to some, and not to everybody the same.
            return bracketed || address.getHostAddress().equals(text) ? Optional.of(address) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// For the log.
    static List<String> shown(List<InetSocketAddress> addresses) {
        return addresses.stream()
                .map(address -> {
                    String host = address.getAddress().getHostAddress();
                    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
                })
                .toList();
    }
}
