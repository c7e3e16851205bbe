package io.bulkhead.access;

import io.bulkhead.access.RoleLine.Extends;
import io.bulkhead.access.RoleLine.Rule;
import io.bulkhead.access.RoleLine.Word;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The roles every engine has. None of the first three leads to the host, and none shows environment values of what
/// others made.
final class BuiltInRoles {

    static final String ADMIN = "admin";

    private BuiltInRoles() {}

    static Map<Word, List<RoleLine>> all() {
        var roles = new LinkedHashMap<Word, List<RoleLine>>();
        // Looks, and changes nothing.
        roles.put(
                word("viewer"),
                List.of(allow(
                        "system.info",
                        "system.df",
                        "system.events",
                        "container.list",
                        "container.inspect",
                        "container.stats",
                        "container.top",
                        "image.list",
                        "image.inspect",
                        "volume.list",
                        "volume.inspect",
                        "network.list",
                        "network.inspect",
                        "posture.read",
                        "denials.read",
                        "userns.read",
                        "seccomp.read")));
        // Starts and stops what others made, and reads its output.
        roles.put(
                word("operator"),
                List.of(
                        new Extends(word("viewer")),
                        allow(
                                "container.start",
                                "container.stop",
                                "container.restart",
                                "container.kill",
                                "container.pause",
                                "container.unpause",
                                "container.wait",
                                "container.logs")));
        // Makes unprivileged containers, and does everything with those.
        roles.put(
                word("creator"),
                List.of(
                        allow("system.info", "image.list", "image.inspect", "network.list", "network.inspect"),
                        allow("seccomp.read"),
                        own(List.of(), "system.events", "system.df", "container.*", "posture.read"),
                        own(List.of(), "volume.*")));
        // The same with any power: as good as root of the host.
        roles.put(
                word("privileged-creator"),
                List.of(new Extends(word("creator")), own(List.of("all"), "container.*", "volume.*")));
        roles.put(word(ADMIN), List.of(rule(List.of("*"), List.of("all"), false)));
        return roles;
    }

    private static RoleLine allow(String... operations) {
        return rule(List.of(operations), List.of(), false);
    }

    private static RoleLine own(List<String> privileges, String... operations) {
        return rule(List.of(operations), privileges, true);
    }

    private static RoleLine rule(List<String> operations, List<String> privileges, boolean own) {
        return new Rule(
                0,
                false,
                words(operations),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                words(privileges),
                own ? Optional.of(word("self")) : Optional.empty());
    }

    private static List<Word> words(List<String> texts) {
        return texts.stream().map(BuiltInRoles::word).toList();
    }

    private static Word word(String text) {
        return new Word(text, 0);
    }
}
