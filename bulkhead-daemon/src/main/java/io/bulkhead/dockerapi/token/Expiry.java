package io.bulkhead.dockerapi.token;

import io.bulkhead.authn.AuthnException;
import io.bulkhead.authn.AuthnException.Reason;
import io.bulkhead.name.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// When a token ends: `30d`, or `never`, which somebody has to write.
final class Expiry {

    private static final String USUAL = "30d";
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})([smhdwy])");
    private static final Duration LONGEST = Duration.ofDays(3660);

    private Expiry() {}

    static Optional<Instant> of(@Nullable String text, Instant now) {
        String given = text == null ? USUAL : text;
        if (given.equals("never")) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(given);
        if (!matcher.matches()) {
            throw wrong(given);
        }
        long seconds = switch (matcher.group(2)) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3600;
            case "d" -> 86_400;
            case "w" -> 7 * 86_400;
            default -> 366 * 86_400;
        };
        Duration life = Duration.ofSeconds(Long.parseLong(matcher.group(1)) * seconds);
        if (life.compareTo(LONGEST) > 0) {
            throw wrong(given);
        }
        return Optional.of(now.plus(life));
    }

    private static AuthnException wrong(String given) {
        return new AuthnException(
                Reason.INVALID,
                "Expires: `" + Names.shown(given)
                        + "` is not a time such as 12h, 30d or 1y, at most ten years, nor never");
    }
}
