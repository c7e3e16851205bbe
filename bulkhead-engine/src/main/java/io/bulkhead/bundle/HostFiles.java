package io.bulkhead.bundle;

import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Directory;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.NetworkSpec.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The files of the engine that a container sees as `/etc/hostname`, `/etc/hosts` and `/etc/resolv.conf`. They are
/// rewritten in place, since the running container has this very file mounted. A container can change what is in them
/// and never where they are: they lie in a directory it does not see.
public final class HostFiles {

    static final String HOSTNAME = "hostname";
    static final String HOSTS = "hosts";
    static final String RESOLV_CONF = "resolv.conf";
    private static final int MODE = 0644;

    /// Where systemd-resolved writes the servers behind its own address on loopback.
    private static final Path RESOLVED = Path.of("/run/systemd/resolve/resolv.conf");

    private static final String LOCALHOST = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            ff00::0\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;

    private final Path storage;
    private final ContainerSpec spec;

    private HostFiles(Path storage, ContainerSpec spec) {
        this.storage = storage;
        this.spec = spec;
    }

    /// The files in a container's storage, there already or not.
    public static HostFiles in(Path storage, ContainerSpec spec) {
        return new HostFiles(storage, spec);
    }

    /// Makes what is missing. `hosts` and `resolv.conf` that are there stay as they are: the network wrote them.
    void prepare(Optional<IdMaps> maps) {
        Owner owner = Owner.ofRoot(maps);
        try (Directory directory = Directory.open(storage)) {
            boolean newHosts = create(directory, HOSTS, owner);
            boolean newResolver = create(directory, RESOLV_CONF, owner);
            create(directory, HOSTNAME, owner);
            write(HOSTNAME, hostname(spec) + "\n");
            if (newHosts) {
                writeHosts(List.of());
            }
            if (newResolver) {
                writeResolvConf(List.of());
            }
        }
    }

    /// Rewrites `/etc/hosts`: localhost, the spec's extra hosts, and the container's own names at `addresses`.
    public void writeHosts(List<String> addresses) {
        if (spec.network().mode() instanceof Mode.Host) {
            write(HOSTS, hostsOfTheHost() + extraHosts());
            return;
        }
        var text = new StringBuilder(LOCALHOST).append(extraHosts());
        addresses.forEach(
                address -> text.append(address).append('\t').append(ownNames()).append('\n'));
        write(HOSTS, text.toString());
    }

    /// Rewrites `/etc/resolv.conf`: the spec's servers; else `networkServers`, those of the container's network; else
    /// the host's, without those on loopback, which mean something else inside.
    public void writeResolvConf(List<String> networkServers) {
        var network = spec.network();
        List<String> host = hostResolver();
        List<String> servers = !network.dns().isEmpty() ? network.dns() : networkServers;
        var lines = new ArrayList<String>();
        if (servers.isEmpty()) {
            lines.addAll(nameservers(host));
        } else {
            servers.forEach(server -> lines.add("nameserver " + server));
        }
        lines.addAll(choose("search", network.dnsSearch(), host));
        lines.addAll(choose("options", network.dnsOptions(), host));
        write(RESOLV_CONF, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    }

    /// The name the container has for itself.
    static String hostname(ContainerSpec spec) {
        return spec.hostname().isEmpty() ? spec.id().shortened() : spec.hostname();
    }

    private String ownNames() {
        String name = hostname(spec);
        return spec.domainname().isEmpty() ? name : name + "." + spec.domainname() + " " + name;
    }

    private String extraHosts() {
        var text = new StringBuilder();
        for (String line : spec.network().extraHosts()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String address = line.substring(colon + 1).replace("[", "").replace("]", "");
                text.append(address).append('\t').append(line, 0, colon).append('\n');
            }
        }
        return text.toString();
    }

    private List<String> nameservers(List<String> host) {
        boolean ownLoopback = !(spec.network().mode() instanceof Mode.Host);
        return host.stream()
                .filter(line -> line.startsWith("nameserver "))
                .filter(line -> !(ownLoopback && loopback(line)))
                .toList();
    }

    /// An option of one `.` alone means "none", as with Docker.
    private static List<String> choose(String word, List<String> wanted, List<String> host) {
        if (wanted.equals(List.of("."))) {
            return List.of();
        }
        if (!wanted.isEmpty()) {
            return List.of(word + " " + String.join(" ", wanted));
        }
        return host.stream().filter(line -> line.startsWith(word + " ")).toList();
    }

    private List<String> hostResolver() {
        List<String> lines = lines(Path.of("/etc/resolv.conf"));
        List<String> servers =
                lines.stream().filter(line -> line.startsWith("nameserver ")).toList();
        boolean stub = !servers.isEmpty() && servers.stream().allMatch(HostFiles::loopback);
        boolean ownLoopback = !(spec.network().mode() instanceof Mode.Host);
        return stub && ownLoopback && Files.exists(RESOLVED) ? lines(RESOLVED) : lines;
    }

    private static boolean loopback(String nameserver) {
        String address = nameserver.substring("nameserver ".length()).strip();
        return address.startsWith("127.") || address.equals("::1");
    }

    private static String hostsOfTheHost() {
        return String.join("\n", lines(Path.of("/etc/hosts"))) + "\n";
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file)
                    ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                            .lines()
                            .toList()
                    : List.of();
        } catch (IOException failure) {
            throw BundleException.of("read " + file, failure);
        }
    }

    private static boolean create(Directory directory, String name, Owner owner) {
        if (directory.exists(name)) {
            return false;
        }
        directory.createFile(name, MODE).close();
        directory.changeOwner(name, owner.uid(), owner.gid());
        return true;
    }

    private void write(String name, String text) {
        Set<OpenOption> options =
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING, LinkOption.NOFOLLOW_LINKS);
        try (var channel = Files.newByteChannel(storage.resolve(name), options)) {
            var bytes = java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException failure) {
            throw BundleException.of("write the container's /etc/" + name, failure);
        }
    }
}
