package io.bulkhead.cli.policy;

import io.bulkhead.cli.create.PolicyBody;
import io.bulkhead.cli.verb.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One policy as people name it: `default`, options (`seccomp:deny:getcwd`, several with spaces between them), a
/// profile's file (with a `/` in it, or ending in `.json`), or else a container.
final class PolicyWord {

    static final String DESCRIPTION =
            "default, a container, a profile's file (FILE.json or with a /), or options such as 'seccomp:deny:getcwd'";

    private PolicyWord() {}

    /// As the daemon takes it.
    ///
    /// @throws Failure for a container with options: its policy is what it is
    static Map<String, Object> body(String word, PolicyOptions options) {
        List<String> lines = new ArrayList<>();
        if (word.startsWith("seccomp:") || word.startsWith("seccomp=")) {
            lines.addAll(List.of(word.strip().split("\\s+(?=seccomp[:=])")));
        } else if (word.contains("/") || word.endsWith(".json")) {
            lines.add("seccomp=" + word);
        } else if (!word.isEmpty() && !word.equals("default")) {
            if (!options.isEmpty()) {
                throw new Failure("\"" + word + "\" is taken for a container, whose policy no option changes; with "
                        + "options name default or a profile's file");
            }
            return Map.of("Container", word);
        }
        lines.addAll(options.securityOpt);
        return new LinkedHashMap<>(PolicyBody.of(lines, options.capAdd, options.capDrop));
    }
}
