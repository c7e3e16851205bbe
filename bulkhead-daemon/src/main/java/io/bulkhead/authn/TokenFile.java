package io.bulkhead.authn;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.bulkhead.authn.AuthnException.Reason;
import io.bulkhead.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The file that tokens are kept in, whole or not at all. What is not exactly as this class writes it is refused
/// as a whole: nobody is let in by half a file.
final class TokenFile {

    private static final int OTHERS = 077;
    private static final int REGULAR = 0100000;
    private static final int TYPE = 0170000;

    private final Path file;

    /// A token and the SHA-256 of its secret.
    record Kept(Token token, byte[] sha256) {

        Kept with(Token changed) {
            return new Kept(changed, sha256);
        }
    }

    record Content(@Nullable List<@Nullable Line> tokens) {}

    record Line(
            @Nullable String id,
            @Nullable String name,
            @Nullable String role,
            @Nullable String creator,
            @Nullable String sha256,
            @Nullable String created,
            @Nullable String expires,
            @Nullable String revoked,
            @JsonProperty("last-used") @Nullable String lastUsed) {}

    TokenFile(Path file) {
        this.file = file;
    }

    /// Made when it is needed: without tokens the daemon starts faster.
    private static JsonMapper json() {
        return JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /// What tells one version of it from the next; always the same while there is none.
    Object version() {
        try {
            return List.copyOf(Files.readAttributes(file, "unix:ino,dev,size,ctime", LinkOption.NOFOLLOW_LINKS)
                    .values());
        } catch (IOException absent) {
            return Instant.EPOCH;
        }
    }

    /// Nothing if there is no file.
    List<Kept> read() {
        try {
            requirePrivate();
            Content content = json().readValue(Files.readAllBytes(file), Content.class);
            if (content == null || content.tokens() == null) {
                throw broken("it has no list of tokens");
            }
            List<Kept> all = content.tokens().stream().map(this::kept).toList();
            requireDistinct(all);
            return all;
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            throw new AuthnException(Reason.STORAGE, file + ": cannot be read: " + unreadable.getMessage(), unreadable);
        } catch (JacksonException wrong) {
            int line = wrong.getLocation() == null ? 0 : wrong.getLocation().getLineNr();
            throw broken((line > 0 ? "line " + line : "it") + " is not as the daemon writes it");
        } catch (IllegalArgumentException | DateTimeException wrong) {
            throw broken(String.valueOf(wrong.getMessage()));
        }
    }

    private void requirePrivate() throws IOException {
        var found = Files.readAttributes(file, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
        int mode = found.get("mode") instanceof Integer bits ? bits : -1;
        boolean own = found.get("uid") instanceof Integer uid
                && (uid == 0 || uid.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        if ((mode & OTHERS) != 0 || (mode & TYPE) != REGULAR || !own) {
            throw broken("whoever may write it makes tokens, so it has to be a file of root's with mode 0600");
        }
    }

    private AuthnException broken(String problem) {
        return new AuthnException(
                Reason.STORAGE,
                file + ": " + problem + "; no token is taken until it is mended, or removed and all tokens with it");
    }

    private Kept kept(@Nullable Line line) {
        if (line == null
                || line.id == null
                || line.name == null
                || line.role == null
                || line.creator == null
                || line.created == null
                || line.sha256 == null
                || line.sha256.length() != 64) {
            throw broken("a token lacks something");
        }
        return new Kept(
                new Token(
                        line.id,
                        line.name,
                        line.role,
                        line.creator,
                        Instant.parse(line.created),
                        time(line.expires),
                        time(line.revoked),
                        time(line.lastUsed)),
                HexFormat.of().parseHex(line.sha256));
    }

    private static Optional<Instant> time(@Nullable String text) {
        return Optional.ofNullable(text).map(Instant::parse);
    }

    private void requireDistinct(List<Kept> all) {
        var seen = new HashSet<String>();
        for (Kept each : all) {
            if (!seen.add(each.token().id()) || !seen.add(HexFormat.of().formatHex(each.sha256()))) {
                throw broken("a token is there twice");
            }
        }
    }

    void write(List<Kept> all) {
        var content = new Content(all.stream().map(TokenFile::line).toList());
        try {
            WholeFile.replacePrivate(
                    file, json().writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
        } catch (IOException failure) {
            throw new AuthnException(Reason.STORAGE, file + ": cannot be written: " + failure.getMessage(), failure);
        }
    }

    private static Line line(Kept kept) {
        Token token = kept.token();
        return new Line(
                token.id(),
                token.name(),
                token.role(),
                token.creator(),
                HexFormat.of().formatHex(kept.sha256()),
                token.created().toString(),
                token.expires().map(Instant::toString).orElse(null),
                token.revoked().map(Instant::toString).orElse(null),
                token.lastUsed().map(Instant::toString).orElse(null));
    }

    static TokenFile in(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return new TokenFile(directory.resolve("tokens.json"));
        } catch (IOException failure) {
            throw new AuthnException(Reason.STORAGE, directory + ": cannot be made: " + failure.getMessage(), failure);
        }
    }
}
