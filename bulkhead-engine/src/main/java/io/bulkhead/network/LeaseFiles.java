package io.bulkhead.network;

import io.bulkhead.name.ContainerId;
import io.bulkhead.name.Names;
import io.bulkhead.network.NetworkException.Reason;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.Protocol;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// One small file for each lease, named after the container. They live in the run directory, since no lease survives
/// the machine, so a rename is enough and nothing is forced to a disk.
final class LeaseFiles {

    private static final String SUFFIX = ".json";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path directory;

    private LeaseFiles(Path directory) {
        this.directory = directory;
    }

    static LeaseFiles in(Path directory) throws IOException {
        Files.createDirectories(directory);
        // Who talks to whom under which address is nobody else's business.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        return new LeaseFiles(directory);
    }

    /// The form on disk.
    record Form(String address, String mac, List<PublishedForm> published) {}

    record PublishedForm(int port, String protocol, String hostAddress, int hostPort) {}

    void write(Lease lease) {
        try {
            Path temporary = directory.resolve(lease.container() + ".tmp");
            Files.write(temporary, JSON.writeValueAsBytes(form(lease)));
            Files.move(temporary, file(lease.container()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new NetworkException(Reason.PLUMBING, "the lease cannot be written: " + shown(failure), failure);
        }
    }

    void delete(ContainerId container) {
        try {
            Files.deleteIfExists(file(container));
        } catch (IOException failure) {
            throw new NetworkException(Reason.PLUMBING, "the lease cannot be removed: " + shown(failure), failure);
        }
    }

    /// All leases. One that cannot be read is an error: its address and ports may be in use, and guessing that they are
    /// not would give them to somebody else.
    List<Lease> readAll() throws IOException {
        var leases = new ArrayList<Lease>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (file.toString().endsWith(SUFFIX)) {
                    leases.add(read(file));
                } else {
                    Files.delete(file);
                }
            }
        }
        return leases;
    }

    private static Lease read(Path file) throws IOException {
        try {
            String name = file.getFileName().toString();
            var container = new ContainerId(name.substring(0, name.length() - SUFFIX.length()));
            Form form = JSON.readValue(Files.readAllBytes(file), Form.class);
            return new Lease(
                    container,
                    Ipv4Address.parse(form.address()),
                    new MacAddress(form.mac()),
                    form.published().stream().map(LeaseFiles::published).toList());
        } catch (JacksonException | IllegalArgumentException | NullPointerException damaged) {
            throw new NetworkException(
                    Reason.PLUMBING,
                    "lease " + file + " cannot be read: stop its container, then remove the file",
                    damaged);
        }
    }

    private static Form form(Lease lease) {
        var published = lease.published().stream()
                .map(p ->
                        new PublishedForm(p.port().number(), p.port().protocol().name(), p.hostAddress(), p.hostPort()))
                .toList();
        return new Form(lease.address().toString(), lease.mac().text(), published);
    }

    private static PublishedPort published(PublishedForm form) {
        var port = new Port(form.port(), Protocol.valueOf(form.protocol()));
        return new PublishedPort(port, Ipv4Address.parse(form.hostAddress()).toString(), form.hostPort());
    }

    private Path file(ContainerId container) {
        return directory.resolve(container + SUFFIX);
    }

    private static String shown(IOException failure) {
        return Names.shown(String.valueOf(failure.getMessage()));
    }
}
