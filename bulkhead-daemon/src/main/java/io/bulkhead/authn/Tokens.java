package io.bulkhead.authn;

import io.bulkhead.access.Caller;
import io.bulkhead.authn.AuthnException.Reason;
import io.bulkhead.authn.TokenFile.Kept;
import io.bulkhead.name.Names;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The bearer tokens this daemon gave out. A change is on the disk before it is answered, and counts from the next
/// request on; so does one that an administrator makes in the file.
///
/// `this` guards writing; what is in force is one reference, and times of use are kept apart until they are written.
public final class Tokens implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Tokens.class.getName());
    private static final Duration KEPT_AFTER_END = Duration.ofDays(90);
    private static final Duration BETWEEN_NOTES_OF_USE = Duration.ofMinutes(1);
    private static final int ID_BYTES = 6;
    private static final int MOST = 10_000;

    private final TokenFile file;
    private final Clock clock;
    private final SecureRandom randomness = new SecureRandom();
    private final Map<String, Instant> used = new ConcurrentHashMap<>();
    private volatile Loaded loaded;
    private volatile Instant usesWritten;

    /// @param problem why none is taken
    private record Loaded(List<Kept> all, Object version, Optional<String> problem) {}

    /// What was made; the secret is nowhere else.
    public record Made(Token token, TokenSecret secret) {}

    /// What a presented token is.
    sealed interface Answer {
        record Known(Caller.Token caller) implements Answer {}

        /// @param reason for the client and the record
        record Refused(String reason) implements Answer {}
    }

    private Tokens(TokenFile file, Clock clock) {
        this.file = file;
        this.clock = clock;
        this.usesWritten = clock.instant();
        Object version = file.version();
        this.loaded = new Loaded(file.read(), version, Optional.empty());
    }

    /// @param directory whose only user this is
    /// @throws AuthnException when the tokens that are there cannot be read: no daemon starts with that
    public static Tokens open(Path directory, Clock clock) {
        return new Tokens(TokenFile.in(directory), clock);
    }

    /// @param creator as the record has callers
    /// @param expires empty if somebody asked for one that never does
    public synchronized Made create(String name, String role, String creator, Optional<Instant> expires) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        List<Kept> all = writable();
        if (all.stream()
                .anyMatch(
                        each -> each.token().name().equals(name) && each.token().live(now))) {
            throw new AuthnException(
                    Reason.CONFLICT,
                    "there is a token " + Names.shown(name) + " already: revoke it, or take another name");
        }
        if (all.size() >= MOST) {
            throw new AuthnException(Reason.CONFLICT, "there are " + MOST + " tokens: revoke some");
        }
        var token = new Token(id(all), name, role, creator, now, expires, Optional.empty(), Optional.empty());
        var secret = TokenSecret.random(randomness);
        var changed = new ArrayList<>(all);
        changed.add(new Kept(token, secret.sha256()));
        write(changed);
        return new Made(token, secret);
    }

    private String id(List<Kept> all) {
        byte[] bytes = new byte[ID_BYTES];
        while (true) {
            randomness.nextBytes(bytes);
            String id = HexFormat.of().formatHex(bytes);
            if (all.stream().noneMatch(each -> each.token().id().equals(id))) {
                return id;
            }
        }
    }

    /// Those that ended not long ago too.
    public List<Token> all() {
        Loaded now = current();
        now.problem().ifPresent(problem -> {
            throw new AuthnException(Reason.STORAGE, problem);
        });
        return now.all().stream().map(this::withUse).map(Kept::token).toList();
    }

    /// @param nameOrId a name means the live one that has it
    public synchronized Token revoke(String nameOrId) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        List<Kept> all = writable();
        List<Token> meant = all.stream()
                .map(Kept::token)
                .filter(token -> token.live(now))
                .filter(token -> token.name().equals(nameOrId) || token.id().equals(nameOrId))
                .toList();
        if (meant.isEmpty()) {
            throw new AuthnException(Reason.NOT_FOUND, "there is no live token " + Names.shown(nameOrId));
        }
        if (meant.size() > 1) {
            throw new AuthnException(
                    Reason.CONFLICT, Names.shown(nameOrId) + " is the name of one token and the id of another");
        }
        Token revoked = meant.getFirst().revokedAt(now);
        write(changed(all, kept -> kept.token().id().equals(revoked.id()) ? kept.with(revoked) : kept));
        return revoked;
    }

    /// @param text what a request presents
    Answer answer(String text, String address) {
        Optional<TokenSecret> secret = TokenSecret.of(text);
        if (secret.isEmpty()) {
            return new Answer.Refused("that is no token of this engine's");
        }
        Loaded now = current();
        if (now.problem().isPresent()) {
            return new Answer.Refused("no token is taken now; the daemon's log says why");
        }
        byte[] sha256 = secret.get().sha256();
        Optional<Token> found = Optional.empty();
        // All of them, each in constant time.
        for (Kept each : now.all()) {
            if (MessageDigest.isEqual(each.sha256(), sha256)) {
                found = Optional.of(each.token());
            }
        }
        return found.map(token -> known(token, address))
                .orElseGet(() -> new Answer.Refused("this engine does not know the token"));
    }

    private Answer known(Token token, String address) {
        Instant now = clock.instant();
        Optional<String> refusal = token.refusal(now);
        if (refusal.isPresent()) {
            return new Answer.Refused("token " + token.name() + " (" + token.id() + "): " + refusal.get());
        }
        used.put(token.id(), now.truncatedTo(ChronoUnit.MINUTES));
        if (Duration.between(usesWritten, now).compareTo(BETWEEN_NOTES_OF_USE) > 0) {
            noteUses();
        }
        return new Answer.Known(new Caller.Token(token.name(), token.id(), token.role(), Optional.of(address)));
    }

    /// What is wrong, in words for an administrator.
    public Optional<String> problem() {
        return current().problem().map(problem -> "tokens: " + problem);
    }

    private synchronized void noteUses() {
        usesWritten = clock.instant();
        if (used.isEmpty() || current().problem().isPresent()) {
            return;
        }
        try {
            write(current().all());
        } catch (AuthnException full) {
            // When a token was used is not worth a refusal.
            LOG.log(System.Logger.Level.WARNING, "uses of tokens are not noted", "reason", full.getMessage());
        }
    }

    private Loaded current() {
        Loaded last = loaded;
        return last.version().equals(file.version()) ? last : reload();
    }

    private synchronized Loaded reload() {
        Loaded last = loaded;
        // Taken first: a file that changes while it is read is read once more.
        Object version = file.version();
        if (last.version().equals(version)) {
            return last;
        }
        try {
            loaded = new Loaded(file.read(), version, Optional.empty());
            LOG.log(
                    System.Logger.Level.INFO,
                    "tokens were changed by hand",
                    "count",
                    loaded.all().size());
        } catch (AuthnException broken) {
            String problem = String.valueOf(broken.getMessage());
            loaded = new Loaded(List.of(), version, Optional.of(problem));
            LOG.log(System.Logger.Level.ERROR, "no token is taken", "problem", problem);
        }
        return loaded;
    }

    /// What is there, to be changed. What is broken is left as it is for whoever mends it.
    private List<Kept> writable() {
        Loaded now = current();
        now.problem().ifPresent(problem -> {
            throw new AuthnException(Reason.STORAGE, problem);
        });
        return now.all();
    }

    private static List<Kept> changed(List<Kept> all, UnaryOperator<Kept> change) {
        return all.stream().map(change).toList();
    }

    private Kept withUse(Kept kept) {
        Instant time = used.get(kept.token().id());
        return time == null ? kept : kept.with(kept.token().usedAt(time));
    }

    private void write(List<Kept> all) {
        Instant forgotten = clock.instant().minus(KEPT_AFTER_END);
        List<Kept> kept = all.stream()
                .map(this::withUse)
                .filter(each -> ends(each.token()).noneMatch(end -> end.isBefore(forgotten)))
                .toList();
        file.write(kept);
        loaded = new Loaded(kept, file.version(), Optional.empty());
    }

    private static Stream<Instant> ends(Token token) {
        return Stream.concat(token.expires().stream(), token.revoked().stream());
    }

    @Override
    public void close() {
        noteUses();
    }
}
