package io.bulkhead.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1): a scheme and its parameters. One header may hold
/// several, and what does not read as one ends the list: the rest is not guessed at.
record Challenge(String scheme, Map<String, String> parameters) {

    private static final int LONGEST = 8192;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern PARAMETER = Pattern.compile(
            "\\G[ \\t]*(" + TOKEN + ")[ \\t]*=[ \\t]*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(" + TOKEN + "))[ \\t]*");
    private static final Pattern SCHEME = Pattern.compile("\\G[ \\t,]*(" + TOKEN + ")(?=[ \\t,]|$)(?![ \\t]*=)");

    Challenge {
        parameters = Map.copyOf(parameters);
    }

    static List<Challenge> parse(List<String> headers) {
        var challenges = new ArrayList<Challenge>();
        for (String header : headers) {
            if (header.length() <= LONGEST) {
                addChallenges(header, challenges);
            }
        }
        return challenges;
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    private static void addChallenges(String header, List<Challenge> challenges) {
        Matcher scheme = SCHEME.matcher(header);
        int at = 0;
        while (at < header.length() && scheme.find(at) && scheme.start() == at) {
            var parameters = new HashMap<String, String>();
            at = readParameters(header, scheme.end(), parameters);
            challenges.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
        }
    }

    /// @return where the next challenge may start
    private static int readParameters(String header, int start, Map<String, String> parameters) {
        Matcher parameter = PARAMETER.matcher(header);
        int at = start;
        while (at < header.length() && parameter.find(at) && parameter.start() == at) {
            String value =
                    parameter.group(2) != null ? parameter.group(2).replaceAll("\\\\(.)", "$1") : parameter.group(3);
            // Given twice, the first counts: the same for every reader of ours, since there is only this one.
            parameters.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT), value);
            at = parameter.end();
            if (at < header.length() && header.charAt(at) == ',') {
                at++;
            } else {
                break;
            }
        }
        return at;
    }
}
