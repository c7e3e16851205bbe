package io.bulkhead.cli.create;

import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// The container's network: name, addresses, ports, name resolution.
final class NetworkOptions {

    @Completes(Known.NETWORKS)
    @Option(
            names = {"--network", "--net"},
            paramLabel = "NETWORK",
            description = "Connect a container to a network")
    List<String> networks = new ArrayList<>();

    @Option(
            names = {"--network-alias", "--net-alias"},
            paramLabel = "NAME",
            description = "Add network-scoped alias for the container")
    List<String> aliases = new ArrayList<>();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "IPv4 address (e.g., 172.30.100.104)")
    String ip = "";

    @Option(names = "--ip6", paramLabel = "ADDRESS", description = "IPv6 address (e.g., 2001:db8::33)")
    String ip6 = "";

    @Option(names = "--link-local-ip", paramLabel = "ADDRESS", description = "Container IPv4/IPv6 link-local addresses")
    List<String> linkLocal = new ArrayList<>();

    @Option(
            names = "--mac-address",
            paramLabel = "ADDRESS",
            description = "Container MAC address (e.g., 92:d0:c6:0a:29:33)")
    String mac = "";

    @Option(names = "--link", paramLabel = "CONTAINER[:ALIAS]", description = "Add link to another container")
    List<String> links = new ArrayList<>();

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "[[IP:]HOST:]CONTAINER[/PROTOCOL]",
            description = "Publish a container's port(s) to the host")
    List<String> publish = new ArrayList<>();

    @Option(
            names = {"-P", "--publish-all"},
            arity = "0..1",
            fallbackValue = "true",
            description = "Publish all exposed ports to random ports")
    boolean publishAll;

    @Option(names = "--expose", paramLabel = "PORT", description = "Expose a port or a range of ports")
    List<String> expose = new ArrayList<>();

    @Option(
            names = {"-h", "--hostname"},
            paramLabel = "NAME",
            description = "Container host name")
    String hostname = "";

    @Option(names = "--domainname", paramLabel = "NAME", description = "Container NIS domain name")
    String domainname = "";

    @Option(names = "--dns", paramLabel = "ADDRESS", description = "Set custom DNS servers")
    List<String> dns = new ArrayList<>();

    @Option(
            names = {"--dns-option", "--dns-opt"},
            paramLabel = "OPTION",
            description = "Set DNS options")
    List<String> dnsOptions = new ArrayList<>();

    @Option(names = "--dns-search", paramLabel = "DOMAIN", description = "Set custom DNS search domains")
    List<String> dnsSearch = new ArrayList<>();

    @Option(names = "--add-host", paramLabel = "HOST:IP", description = "Add a custom host-to-IP mapping")
    List<String> hosts = new ArrayList<>();

    void addTo(Map<String, Object> body, PortOptions ports) {
        body.put("Hostname", hostname);
        body.put("Domainname", domainname);
        if (!ports.exposed().isEmpty()) {
            body.put("ExposedPorts", ports.exposed());
        }
    }

    void addToHost(Map<String, Object> host, PortOptions ports) {
        host.put(
                "NetworkMode",
                networks.isEmpty() ? "default" : attachment(networks.getFirst()).name());
        host.put("PortBindings", ports.bindings());
        host.put("PublishAllPorts", publishAll);
        dns.forEach(address ->
                Hosts.requireAddress(address, address, "--dns", "IP address is not correctly formatted: " + address));
        host.put("Dns", dns);
        host.put("DnsOptions", dnsOptions);
        host.put("DnsSearch", dnsSearch);
        host.put("ExtraHosts", Body.orNull(hosts.stream().map(Hosts::parse).toList()));
        host.put("Links", Body.orNull(links));
    }

    private static Attachment attachment(String option) {
        return Invalid.parse(option, "--network", Attachment::parse);
    }

    /// The endpoints of user-defined networks; without a network, that of the default one.
    Map<String, Object> endpoints() {
        Map<String, Object> endpoints = new LinkedHashMap<>();
        List<Attachment> attachments =
                networks.stream().map(NetworkOptions::attachment).toList();
        long userDefined = attachments.stream().filter(Attachment::userDefined).count();
        if (userDefined > 0 && userDefined < attachments.size()) {
            throw Invalid.option(
                    "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        }
        if (userDefined == 0 && !aliases.isEmpty()) {
            throw Invalid.option("network-scoped aliases are only supported for user-defined networks");
        }
        if (attachments.isEmpty()) {
            endpoints.put("default", first(Attachment.parse("default")).endpoint(List.of()));
        }
        for (Attachment attachment : attachments) {
            if (attachment.userDefined()) {
                boolean isFirst = endpoints.isEmpty();
                Attachment whole = isFirst ? first(attachment) : attachment;
                endpoints.put(attachment.name(), whole.endpoint(isFirst ? links : List.of()));
            }
        }
        return endpoints;
    }

    /// The options beside `--network` are about the first one.
    private Attachment first(Attachment attachment) {
        List<String> names = new ArrayList<>(attachment.aliases());
        names.addAll(aliases);
        List<String> local = new ArrayList<>(attachment.linkLocal());
        local.addAll(linkLocal);
        return new Attachment(
                attachment.name(),
                names,
                ip.isEmpty() ? attachment.ip() : ip,
                ip6.isEmpty() ? attachment.ip6() : ip6,
                mac.isEmpty() ? attachment.mac() : mac,
                local,
                attachment.driverOptions());
    }
}
