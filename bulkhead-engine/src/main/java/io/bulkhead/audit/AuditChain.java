package io.bulkhead.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where the chain of an audit file stands: the number of the next record and the digest of the last line.
///
/// @param previous the SHA-256 of the last line with its newline, in hex; all zeros before the first
/// @param length bytes of whole lines
/// @param tornBytes bytes after the last whole line, from a write that a power cut ended
record AuditChain(long next, String previous, long length, long tornBytes) {

    private static final String BEGINNING = "0".repeat(64);

    /// Follows the chain of a file from its first line.
    ///
    /// @throws AuditException naming the first line that does not follow the one before it
    static AuditChain resume(Path file) throws IOException {
        var chain = new AuditChain(1, BEGINNING, 0, 0);
        // Line by line: a record of years is larger than this process.
        try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            var line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                line.write(next);
                if (next == '\n') {
                    chain = chain.followedBy(line.toByteArray(), file);
                    line.reset();
                }
            }
            return new AuditChain(chain.next, chain.previous, chain.length, line.size());
        }
    }

    private AuditChain followedBy(byte[] line, Path file) {
        Optional<String> broken = brokenBy(line);
        if (broken.isPresent()) {
            throw new AuditException("audit record " + file + ", line " + next + ": " + broken.get(), null);
        }
        return after(line);
    }

    AuditChain after(byte[] line) {
        return new AuditChain(next + 1, sha256(line), length + line.length, 0);
    }

    /// Why `line` cannot be the next one, if it cannot.
    Optional<String> brokenBy(byte[] line) {
        try {
            JsonNode record = JsonMapper.shared().readTree(line);
            if (record.path("seq").asLong(0) != next) {
                return Optional.of("its number is " + record.path("seq") + ", not " + next);
            }
            if (!record.path("prev").asString("").equals(previous)) {
                return Optional.of("it does not follow the line before it: one of the two was changed");
            }
            return Optional.empty();
        } catch (JacksonException _) {
            return Optional.of("it is not JSON");
        }
    }

    /// Keeps the torn end of `file` in a file beside it, for whoever wants to know.
    static void setAside(Path file, long from, long millis) throws IOException {
        try (FileChannel torn = FileChannel.open(file, StandardOpenOption.READ)) {
            var bytes = ByteBuffer.allocate((int) (torn.size() - from));
            int _ = torn.read(bytes, from);
            Files.write(file.resolveSibling(file.getFileName() + ".torn-" + millis), bytes.array());
        }
    }

    private static String sha256(byte[] line) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(line));
        } catch (NoSuchAlgorithmException failure) {
            throw new UncheckedIOException(new IOException("no SHA-256 in this JDK", failure));
        }
    }
}
