package io.bulkhead.cli.create;

import io.bulkhead.cli.verb.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `-p [IP:][HOST:]CONTAINER[/PROTOCOL]`, with ranges, and `--expose`.
final class PortOptions {

    private record Range(int first, int last) {
        int length() {
            return last - first + 1;
        }
    }

    private final Map<String, Map<String, String>> exposed = new LinkedHashMap<>();
    private final Map<String, List<Map<String, String>>> bindings = new LinkedHashMap<>();

    PortOptions(List<String> published, List<String> exposes) {
        published.forEach(spec -> publish(spec.contains("=") ? fromPairs(spec) : spec));
        exposes.forEach(this::expose);
    }

    Map<String, Map<String, String>> exposed() {
        return exposed;
    }

    Map<String, List<Map<String, String>>> bindings() {
        return bindings;
    }

    /// `published=8080,target=80,protocol=udp` in the short form.
    private static String fromPairs(String spec) {
        Map<String, String> pairs = KeyValues.map(Csv.fields(spec));
        for (String key : pairs.keySet()) {
            if (!List.of("published", "target", "protocol", "mode").contains(key)) {
                throw Invalid.option("invalid field key: " + key + " in " + spec);
            }
        }
        String host = pairs.getOrDefault("published", "");
        return (host.isEmpty() ? "" : host + ":") + pairs.getOrDefault("target", "") + "/"
                + pairs.getOrDefault("protocol", "tcp");
    }

    private void publish(String spec) {
        String protocol = protocol(spec);
        String ports = withoutProtocol(spec);
        int last = ports.lastIndexOf(':');
        String container = ports.substring(last + 1);
        String rest = last < 0 ? "" : ports.substring(0, last);
        int hostAt = rest.endsWith("]") ? -1 : rest.lastIndexOf(':');
        String host = rest.endsWith("]") ? "" : rest.substring(hostAt + 1);
        String ip = rest.endsWith("]") ? rest : rest.substring(0, Math.max(hostAt, 0));
        if (container.isEmpty()) {
            throw Invalid.option("no port specified: " + spec + "<empty>");
        }
        bind(unbracketed(ip), host, range(container, "invalid containerPort: " + container), container, protocol);
    }

    private void bind(String ip, String host, Range inside, String container, String protocol) {
        if (host.isEmpty()) {
            for (int port = inside.first(); port <= inside.last(); port++) {
                add(port + "/" + protocol, ip, "");
            }
            return;
        }
        Range outside = range(host, "invalid hostPort: " + host);
        if (inside.length() == 1 && outside.length() > 1) {
            add(inside.first() + "/" + protocol, ip, outside.first() + "-" + outside.last());
            return;
        }
        if (inside.length() != outside.length()) {
            throw Invalid.option(
                    "invalid ranges specified for container and host Ports: " + container + " and " + host);
        }
        for (int i = 0; i < inside.length(); i++) {
            add((inside.first() + i) + "/" + protocol, ip, String.valueOf(outside.first() + i));
        }
    }

    private void add(String port, String ip, String host) {
        exposed.put(port, Map.of());
        bindings.computeIfAbsent(port, _ -> new ArrayList<>()).add(Map.of("HostIp", ip, "HostPort", host));
    }

    private void expose(String spec) {
        if (spec.contains(":")) {
            throw Invalid.option("invalid port format for --expose: " + spec);
        }
        String protocol = protocol(spec);
        Range range = range(withoutProtocol(spec), "invalid range format for --expose: " + spec);
        for (int port = range.first(); port <= range.last(); port++) {
            exposed.put(port + "/" + protocol, Map.of());
        }
    }

    private static String withoutProtocol(String spec) {
        int slash = spec.lastIndexOf('/');
        return slash < 0 ? spec : spec.substring(0, slash);
    }

    private static String protocol(String spec) {
        int slash = spec.lastIndexOf('/');
        String protocol = slash < 0 ? "tcp" : spec.substring(slash + 1).toLowerCase(Locale.ROOT);
        if (!List.of("tcp", "udp", "sctp").contains(protocol)) {
            throw Invalid.option("invalid proto: " + protocol);
        }
        return protocol;
    }

    private static String unbracketed(String ip) {
        return ip.startsWith("[") && ip.endsWith("]") ? ip.substring(1, ip.length() - 1) : ip;
    }

    private static Range range(String text, String problem) {
        int dash = text.indexOf('-');
        int first = port(dash < 0 ? text : text.substring(0, dash), problem);
        int last = dash < 0 ? first : port(text.substring(dash + 1), problem);
        if (last < first) {
            throw Invalid.option(problem);
        }
        return new Range(first, last);
    }

    private static int port(String text, String problem) {
        Failure failure = Invalid.option(problem);
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw failure;
        }
        int port = Integer.parseInt(text);
        if (port > 65535) {
            throw failure;
        }
        return port;
    }
}
