package io.bulkhead.cli.create;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One `--network`: a name, or `name=...,alias=...,ip=...`.
record Attachment(
        String name,
        List<String> aliases,
        String ip,
        String ip6,
        String mac,
        List<String> linkLocal,
        List<String> driverOptions) {

    static Attachment parse(String option) {
        if (!option.contains("=")) {
            return new Attachment(option, List.of(), "", "", "", List.of(), List.of());
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String field : Csv.fields(option)) {
            int sign = field.indexOf('=');
            if (sign < 1) {
                throw new IllegalArgumentException("invalid field " + field);
            }
            String key = field.substring(0, sign);
            if (!List.of("name", "alias", "ip", "ip6", "mac-address", "link-local-ip", "driver-opt")
                    .contains(key)) {
                throw new IllegalArgumentException("invalid field key " + key);
            }
            values.computeIfAbsent(key, _ -> new ArrayList<>()).add(field.substring(sign + 1));
        }
        if (!values.containsKey("name")) {
            throw new IllegalArgumentException("network name/id is not specified");
        }
        return new Attachment(
                last(values, "name"),
                values.getOrDefault("alias", List.of()),
                last(values, "ip"),
                last(values, "ip6"),
                last(values, "mac-address"),
                values.getOrDefault("link-local-ip", List.of()),
                values.getOrDefault("driver-opt", List.of()));
    }

    private static String last(Map<String, List<String>> values, String key) {
        return values.getOrDefault(key, List.of("")).getLast();
    }

    boolean userDefined() {
        return !List.of("default", "bridge", "host", "none").contains(name) && !name.startsWith("container:");
    }

    /// Field by field what the stock client sends.
    Map<String, Object> endpoint(List<String> links) {
        Map<String, Object> addresses = new LinkedHashMap<>();
        if (!ip.isEmpty()) {
            addresses.put("IPv4Address", ip);
        }
        if (!ip6.isEmpty()) {
            addresses.put("IPv6Address", ip6);
        }
        if (!linkLocal.isEmpty()) {
            addresses.put("LinkLocalIPs", linkLocal);
        }
        Map<String, Object> endpoint = new LinkedHashMap<>();
        endpoint.put("IPAMConfig", addresses.isEmpty() ? null : addresses);
        endpoint.put("Links", Body.orNull(links));
        endpoint.put("Aliases", Body.orNull(aliases));
        endpoint.put("MacAddress", mac);
        endpoint.put("DriverOpts", driverOptions.isEmpty() ? null : KeyValues.map(driverOptions));
        endpoint.put("GwPriority", 0);
        List.of("NetworkID", "EndpointID", "Gateway", "IPAddress", "IPv6Gateway", "GlobalIPv6Address")
                .forEach(field -> endpoint.put(field, ""));
        endpoint.put("IPPrefixLen", 0);
        endpoint.put("GlobalIPv6PrefixLen", 0);
        endpoint.put("DNSNames", null);
        return endpoint;
    }
}
