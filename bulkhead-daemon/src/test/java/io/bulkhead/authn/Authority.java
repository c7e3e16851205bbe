package io.bulkhead.authn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/// A certificate authority of openssl's, in a directory of its own.
public final class Authority {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final String SETTINGS = """
            [ca]
            default_ca = here
            [here]
            database = index.txt
            new_certs_dir = issued
            serial = serial
            crlnumber = crlnumber
            certificate = ca.pem
            private_key = ca-key.pem
            default_md = sha256
            default_days = 10
            default_crl_days = 10
            unique_subject = no
            policy = any
            [any]
            commonName = optional
            organizationName = optional
            [req]
            distinguished_name = name
            [name]
            """;

    /// Files of a certificate and its key.
    public record Issued(Path certificate, Path key) {}

    private final Path directory;
    private int count;

    public Authority(Path directory, String name) {
        this.directory = directory;
        try {
            Files.createDirectories(directory.resolve("issued"));
            Files.writeString(directory.resolve("settings"), SETTINGS);
            Files.writeString(directory.resolve("index.txt"), "");
            Files.writeString(directory.resolve("serial"), "1000\n");
            Files.writeString(directory.resolve("crlnumber"), "01\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "10",
                "-subj",
                "/CN=" + name,
                "-keyout",
                "ca-key.pem",
                "-out",
                "ca.pem");
    }

    public Path certificate() {
        return directory.resolve("ca.pem");
    }

    public Issued server() {
        return issue("/CN=server", "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth");
    }

    public Issued client(String subject) {
        return issue(subject, "extendedKeyUsage=clientAuth");
    }

    public Issued issue(String subject, String extensions) {
        return issue(subject, extensions, Instant.now().minus(Duration.ofHours(1)), Duration.ofDays(1));
    }

    public Issued issue(String subject, String extensions, Instant from, Duration life) {
        String name = "c" + count++;
        openssl(
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-config",
                "settings",
                "-subj",
                subject,
                "-keyout",
                name + "-key.pem",
                "-out",
                name + ".csr");
        try {
            Files.writeString(directory.resolve(name + ".ext"), extensions + "\n");
            openssl(
                    "ca",
                    "-config",
                    "settings",
                    "-batch",
                    "-notext",
                    "-in",
                    name + ".csr",
                    "-out",
                    name + ".pem",
                    "-extfile",
                    name + ".ext",
                    "-startdate",
                    TIME.format(from),
                    "-enddate",
                    TIME.format(from.plus(life)));
            Path key = directory.resolve(name + "-key.pem");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            return new Issued(directory.resolve(name + ".pem"), key);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Takes effect with the next [#revocations].
    public void revoke(Issued issued) {
        openssl(
                "ca",
                "-config",
                "settings",
                "-batch",
                "-revoke",
                issued.certificate().toString());
    }

    /// A new list, in the same file each time.
    public Path revocations() {
        openssl("ca", "-config", "settings", "-gencrl", "-out", "crl.new");
        return replace("crl.new");
    }

    /// One that is no longer in date.
    public Path staleRevocations() {
        openssl(
                "ca",
                "-config",
                "settings",
                "-gencrl",
                "-crl_lastupdate",
                "20200101000000Z",
                "-crl_nextupdate",
                "20200201000000Z",
                "-out",
                "crl.new");
        return replace("crl.new");
    }

    private Path replace(String name) {
        try {
            return Files.move(
                    directory.resolve(name),
                    directory.resolve("crl.pem"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// A directory as `DOCKER_CERT_PATH` names one.
    public Path clientDirectory(String name, Issued client) {
        try {
            Path made = Files.createDirectories(directory.resolve(name));
            Files.copy(certificate(), made.resolve("ca.pem"));
            Files.copy(client.certificate(), made.resolve("cert.pem"));
            Files.copy(client.key(), made.resolve("key.pem"));
            return made;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String openssl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(command + "\n" + said);
            }
            return said;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
