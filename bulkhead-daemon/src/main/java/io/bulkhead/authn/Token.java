package io.bulkhead.authn;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/// What is known of a bearer token; its secret is not.
///
/// @param id names it on the record, where names may come again
/// @param role the one it was made for; `token:NAME` in a binding gives it others
/// @param creator who made it, as the record has callers
/// @param lastUsed to the minute
public record Token(
        String id,
        String name,
        String role,
        String creator,
        Instant created,
        Optional<Instant> expires,
        Optional<Instant> revoked,
        Optional<Instant> lastUsed) {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

    public Token {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a token's name has letters, digits, `_`, `.` and `-`, begins with one of the first two and is no "
                            + "longer than 64");
        }
        if (!ID.matcher(id).matches() || role.isBlank()) {
            throw new IllegalArgumentException("token " + name + ": its id or role is none");
        }
    }

    /// Why it is not taken, if it is not.
    Optional<String> refusal(Instant now) {
        if (revoked.isPresent()) {
            return Optional.of("it was revoked at " + revoked.get());
        }
        return expires.filter(end -> !now.isBefore(end)).map(end -> "it expired at " + end);
    }

    public boolean live(Instant now) {
        return refusal(now).isEmpty();
    }

    Token revokedAt(Instant time) {
        return new Token(id, name, role, creator, created, expires, Optional.of(time), lastUsed);
    }

    Token usedAt(Instant time) {
        return new Token(id, name, role, creator, created, expires, revoked, Optional.of(time));
    }
}
