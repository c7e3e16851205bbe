package io.bulkhead.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a daemon does not start with.
class TlsFilesTest {

    @TempDir
    private Path directory;

    private Authority authority;
    private Authority.Issued server;

    @BeforeEach
    void begin() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "needs openssl");
        authority = new Authority(directory, "authority");
        server = authority.server();
    }

    private TlsFiles open() {
        return open(server.certificate(), server.key());
    }

    private TlsFiles open(Path certificate, Path key) {
        return new TlsFiles(new TlsPaths(
                certificate, key, Optional.of(authority.certificate()), Optional.of(directory.resolve("crl.pem"))));
    }

    private void refused(String problem) {
        assertThatThrownBy(this::open).isInstanceOf(AuthnException.class).hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "rw-----w-"})
    void aKeyThatOthersCanReachIsRefused(String permissions) throws IOException {
        authority.revocations();
        assertThat(open().trustsAnybody()).isTrue();
        Files.setPosixFilePermissions(server.key(), PosixFilePermissions.fromString(permissions));

        refused("others can read this key");
    }

    @Test
    void whatOthersMayWriteIsRefused() throws IOException {
        Path list = authority.revocations();
        for (Path file : new Path[] {server.certificate(), authority.certificate(), list}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
            refused("whoever may write this file");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        assertThat(open().trustsAnybody()).isTrue();
    }

    @Test
    void whatIsMissingOrEmptyIsRefused() throws IOException {
        refused("crl.pem: there is no such file");
        Files.writeString(directory.resolve("crl.pem"), "");
        refused("crl.pem: there is no revocation list in it");
        authority.revocations();
        Files.writeString(authority.certificate(), "");
        refused("ca.pem: there is no certificate in it");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        authority.revocations();

        assertThatThrownBy(() -> open(server.certificate(), authority.server().key()))
                .hasMessageContaining("not that of its certificate");
    }

    @Test
    void keysOfOtherFormsAreRefusedWithWhatToDo() throws IOException {
        authority.revocations();
        Path old = directory.resolve("old.pem");
        authority.openssl("ec", "-in", server.key().toString(), "-out", old.toString());
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-------"));

        assertThatThrownBy(() -> open(server.certificate(), old)).hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa:2048", "ed25519"})
    void keysOfOtherKindsAreTaken(String kind) throws IOException {
        authority.revocations();
        authority.openssl(
                "req", "-x509", "-newkey", kind, "-nodes", "-days", "10", "-subj", "/CN=s", "-keyout", "k.pem", "-out",
                "c.pem");
        Files.setPosixFilePermissions(directory.resolve("k.pem"), PosixFilePermissions.fromString("rw-------"));

        assertThat(open(directory.resolve("c.pem"), directory.resolve("k.pem")).trustsAnybody())
                .isTrue();
    }
}
