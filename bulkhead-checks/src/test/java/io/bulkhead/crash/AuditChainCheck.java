package io.bulkhead.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Follows the audit record by what docs say of it, not by the code that writes it.
final class AuditChainCheck {

    private AuditChainCheck() {}

    /// Asserts that every line is whole, numbered and has the digest of the line before it.
    static void verify(Path file) throws IOException {
        String previous = "0".repeat(64);
        long number = 1;
        String text = Files.readString(file);
        assertThat(text).endsWith("\n");
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty()) {
                JsonNode record = JsonMapper.shared().readTree(line);
                assertThat(record.path("seq").asLong(0)).isEqualTo(number++);
                assertThat(record.path("prev").asString("")).as(line).isEqualTo(previous);
                previous = digest(line + "\n");
            }
        }
    }

    /// As a power cut in the middle of a write leaves it.
    static void tear(Path file) throws IOException {
        Files.writeString(file, "{\"seq\":99999999,\"pre", StandardOpenOption.APPEND);
    }

    private static String digest(String line) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(line.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
