package io.bulkhead.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// An authority of openssl's, a server certificate for the loopback address, and directories for clients as
/// `DOCKER_CERT_PATH` names them.
final class Certificates {

    private final Path directory;

    Certificates(Path directory) {
        this.directory = directory;
        run(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=authority",
                "-keyout",
                file("ca-key.pem"),
                "-out",
                file("ca.pem"));
        issue("server", "/CN=server", "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n");
    }

    /// A directory with `ca.pem`, `cert.pem` and `key.pem`.
    Path client(String name, String subject) {
        issue(name, subject, "extendedKeyUsage=clientAuth\n");
        try {
            Path made = Files.createDirectory(directory.resolve(name));
            Files.copy(directory.resolve("ca.pem"), made.resolve("ca.pem"));
            Files.copy(directory.resolve(name + ".pem"), made.resolve("cert.pem"));
            Files.copy(directory.resolve(name + "-key.pem"), made.resolve("key.pem"));
            return made;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void issue(String name, String subject, String extensions) {
        try {
            Files.writeString(directory.resolve(name + ".ext"), extensions);
            run(
                    "req",
                    "-new",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-subj",
                    subject,
                    "-keyout",
                    file(name + "-key.pem"),
                    "-out",
                    file(name + ".csr"));
            run(
                    "x509",
                    "-req",
                    "-in",
                    file(name + ".csr"),
                    "-CA",
                    file("ca.pem"),
                    "-CAkey",
                    file("ca-key.pem"),
                    "-CAcreateserial",
                    "-days",
                    "2",
                    "-extfile",
                    file(name + ".ext"),
                    "-out",
                    file(name + ".pem"));
            Files.setPosixFilePermissions(
                    directory.resolve(name + "-key.pem"), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The server gets a certificate of another authority, as an attacker in the middle would have.
    void replaceServer(Certificates other) {
        try {
            for (String name : new String[] {"server.pem", "server-key.pem"}) {
                Files.copy(other.directory.resolve(name), directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Lines of bulkhead.yaml.
    String configuration(String more) {
        return "tcp: {listen: ['0.0.0.0:2376'], certificate: %s, key: %s, client-ca: %s%s}\n"
                .formatted(file("server.pem"), file("server-key.pem"), file("ca.pem"), more);
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private static void run(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "openssl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Command.run(command).orFail();
    }
}
