package io.bulkhead.sink;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// An authority, a server `localhost`, a client `engine.example` and a foreign authority, made with openssl.
final class Certificates {

    private Certificates() {}

    static void make(Path directory) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        Path script = directory.resolve("certificates.sh");
        Files.writeString(script, """
                set -e
                cd "$1"
                ca() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \\
                    -addext basicConstraints=critical,CA:TRUE -keyout "$1.key" -out "$1.pem"; }
                leaf() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
                    printf 'subjectAltName=DNS:%s\\n' "$2" >"$1.ext"
                    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem"; }
                ca ca
                ca other-ca
                leaf server localhost
                leaf client engine.example
                """);
        Process process = new ProcessBuilder("sh", script.toString(), directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("certificates.log").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(Files.readString(directory.resolve("certificates.log")));
        }
    }
}
