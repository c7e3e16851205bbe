package io.bulkhead.dockerapi.container;

import io.bulkhead.dockerapi.Filters;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.Protocol;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `80`, `80/udp` or `8000-8010/tcp` as a condition.
record PortFilter(int first, int last, Protocol protocol) {

    private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp))?");

    static PortFilter parse(String text) {
        Matcher matcher = PORTS.matcher(text);
        if (!matcher.matches()) {
            throw Filters.invalid("publish or expose", text);
        }
        String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3);
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        return new PortFilter(first, last, Protocol.valueOf(protocol.toUpperCase(Locale.ROOT)));
    }

    private boolean fits(Port port) {
        return port.protocol() == protocol && port.number() >= first && port.number() <= last;
    }

    static boolean anyFits(List<PortFilter> wanted, Stream<Port> ports) {
        return wanted.isEmpty() || ports.anyMatch(port -> wanted.stream().anyMatch(each -> each.fits(port)));
    }
}
