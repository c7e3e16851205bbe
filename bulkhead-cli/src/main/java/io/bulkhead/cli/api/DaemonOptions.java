package io.bulkhead.cli.api;

import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The words before the verb, as Docker's client has them: which daemon, and how to know it and be known.
public final class DaemonOptions {

    private static final String HOST = "--host";
    private static final Set<String> WITH_VALUE = Set.of(HOST, "--tlscacert", "--tlscert", "--tlskey");
    private static final Set<String> FLAGS = Set.of("--tls", "--tlsverify");

    private final Map<String, String> values = new HashMap<>();
    private final Set<String> flags = new HashSet<>();

    /// Takes an option, and its value off `words` should it be there.
    ///
    /// @return whether it is one of these
    /// @throws ApiException when it lacks its value
    public boolean take(String option, Deque<String> words) {
        int sign = option.indexOf('=');
        String name = option.equals("-H") ? HOST : sign < 0 ? option : option.substring(0, sign);
        if (WITH_VALUE.contains(name)) {
            if (sign < 0 && words.isEmpty()) {
                throw new ApiException(0, "option " + option + " needs an argument");
            }
            values.put(name, sign < 0 ? words.removeFirst() : option.substring(sign + 1));
            return true;
        }
        if (FLAGS.contains(name)) {
            // `--tls=false` takes an earlier one back.
            boolean on = sign < 0 || option.substring(sign + 1).equalsIgnoreCase("true");
            boolean _ = on ? flags.add(name) : flags.remove(name);
            return true;
        }
        return false;
    }

    public boolean isEmpty() {
        return values.isEmpty() && flags.isEmpty();
    }

    /// Empty when it was not given.
    public String host() {
        return values.getOrDefault(HOST, "");
    }

    /// Whether any word is about TLS. There is no way to have it without knowing the other side: `--tls` is as
    /// `--tlsverify`.
    boolean tls() {
        return !flags.isEmpty() || values.keySet().stream().anyMatch(name -> name.startsWith("--tls"));
    }

    Optional<String> authority() {
        return Optional.ofNullable(values.get("--tlscacert"));
    }

    Optional<String> certificate() {
        return Optional.ofNullable(values.get("--tlscert"));
    }

    Optional<String> key() {
        return Optional.ofNullable(values.get("--tlskey"));
    }
}
