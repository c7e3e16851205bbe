package io.bulkhead.network;

import io.bulkhead.kernel.FilterSets.Element;
import io.bulkhead.kernel.FilterSets.Family;
import io.bulkhead.spec.NetworkSpec.Protocol;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The same elements that [Rules] writes as text, as the kernel takes them: they are all that changes when a container
/// comes or goes, and a program need not be started for them.
final class RuleElements {

    private static final String TABLE = "bulkhead";
    private static final int DEVICE_NAME = 16;
    private static final int MAC = 8;
    private static final int WORD = 4;

    private RuleElements() {}

    static List<Element> of(Lease lease) {
        String comment = lease.container().value();
        var elements = new ArrayList<Element>();
        elements.add(new Element(Family.BRIDGE, TABLE, "ports", sender(lease), new byte[0], comment));
        for (PublishedPort port : lease.published()) {
            var at = Ipv4Address.parse(port.hostAddress());
            byte[] target = addressAndPort(lease.address(), port.port().number());
            elements.add(new Element(
                    Family.INET, TABLE, at.isAny() ? "published" : "published_at", key(port, at), target, comment));
        }
        return elements;
    }

    private static byte[] sender(Lease lease) {
        return ByteBuffer.allocate(DEVICE_NAME + MAC + WORD)
                .put(lease.device().getBytes(StandardCharsets.US_ASCII))
                .position(DEVICE_NAME)
                .put(lease.mac().bytes())
                .position(DEVICE_NAME + MAC)
                .put(lease.address().inetAddress().getAddress())
                .array();
    }

    private static byte[] key(PublishedPort port, Ipv4Address at) {
        var key = ByteBuffer.allocate(at.isAny() ? 2 * WORD : 3 * WORD);
        if (!at.isAny()) {
            key.put(at.inetAddress().getAddress());
        }
        int start = key.position();
        return key.put(number(port.port().protocol()))
                .position(start + WORD)
                .putShort((short) port.hostPort())
                .array();
    }

    private static byte[] addressAndPort(Ipv4Address address, int port) {
        return ByteBuffer.allocate(2 * WORD)
                .put(address.inetAddress().getAddress())
                .putShort((short) port)
                .array();
    }

    private static byte number(Protocol protocol) {
        return switch (protocol) {
            case TCP -> 6;
            case UDP -> 17;
            case SCTP -> (byte) 132;
        };
    }
}
