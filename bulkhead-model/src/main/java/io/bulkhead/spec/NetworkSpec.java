package io.bulkhead.spec;

import java.util.List;
import java.util.Optional;

/// @param mode where the container's network comes from
/// @param exposed ports the image or caller declares, for display and `-P`
/// @param extraHosts `name:address` lines for `/etc/hosts`
/// @param aliases further names in the network
public record NetworkSpec(
        Mode mode,
        List<Port> exposed,
        List<PublishedPort> published,
        boolean publishAll,
        List<String> dns,
        List<String> dnsSearch,
        List<String> dnsOptions,
        List<String> extraHosts,
        Optional<String> macAddress,
        Optional<String> ipAddress,
        List<String> aliases) {

    public NetworkSpec {
        exposed = List.copyOf(exposed);
        published = List.copyOf(published);
        dns = List.copyOf(dns);
        dnsSearch = List.copyOf(dnsSearch);
        dnsOptions = List.copyOf(dnsOptions);
        extraHosts = List.copyOf(extraHosts);
        aliases = List.copyOf(aliases);
    }

    public static NetworkSpec of(Mode mode) {
        return new NetworkSpec(
                mode,
                List.of(),
                List.of(),
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    public sealed interface Mode {
        /// A network of the engine, `bridge` unless said otherwise.
        record Bridge(String network) implements Mode {}

        /// Loopback only.
        record None() implements Mode {}

        /// The host's network: a privilege.
        record Host() implements Mode {}

        /// Another container's, by id: a privilege.
        record Container(String id) implements Mode {}

        /// As Docker's `NetworkMode` writes it.
        default String spelling() {
            return switch (this) {
                case Bridge(var network) -> network;
                case None() -> "none";
                case Host() -> "host";
                case Container(var id) -> "container:" + id;
            };
        }
    }

    public enum Protocol {
        TCP,
        UDP,
        SCTP;

        public String spelling() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// `80/tcp`.
    public record Port(int number, Protocol protocol) {
        public Port {
            if (number < 1 || number > 65_535) {
                throw new IllegalArgumentException("invalid port " + number + ": outside 1..65535");
            }
        }

        @Override
        public String toString() {
            return number + "/" + protocol.spelling();
        }
    }

    /// @param hostAddress empty: all addresses
    /// @param hostPort 0: chosen when the container starts
    public record PublishedPort(Port port, String hostAddress, int hostPort) {
        public PublishedPort {
            if (hostPort < 0 || hostPort > 65_535) {
                throw new IllegalArgumentException("invalid host port " + hostPort + ": outside 0..65535");
            }
        }
    }
}
