package io.bulkhead.roles;

import io.bulkhead.access.Principal;
import io.bulkhead.access.RoleLine.Word;
import io.bulkhead.access.RolesException;
import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// Who a subject of a binding is: `user:NAME`, `uid:N`, `group:NAME`, `gid:N`, `cert:CN=NAME` (or `O`, `DNS`, `URI`,
/// `EMAIL`, `IP`), `token:NAME`.
final class Principals {

    private static final List<String> KINDS = List.of("user", "uid", "group", "gid", "cert", "token");
    private static final List<String> ATTRIBUTES = List.of("CN", "O", "DNS", "URI", "EMAIL", "IP");

    private final Function<String, OptionalLong> users;
    private final Function<String, OptionalLong> groups;

    /// @param users the id of a user by name, if there is such a user
    /// @param groups the id of a group by name
    Principals(Function<String, OptionalLong> users, Function<String, OptionalLong> groups) {
        this.users = users;
        this.groups = groups;
    }

    /// Empty if the host has no such user or group, or cannot say.
    ///
    /// @throws RolesException when it cannot be anybody
    Optional<Principal> find(Word subject) {
        int colon = subject.text().indexOf(':');
        String kind = colon < 0 ? "" : subject.text().substring(0, colon);
        String name = subject.text().substring(colon + 1);
        if (name.isBlank()) {
            throw wrong(subject, "it names nobody");
        }
        return switch (kind) {
            case "user" -> box(users.apply(name)).map(Principal.User::new);
            case "group" -> box(groups.apply(name)).map(Principal.Group::new);
            case "uid" -> Optional.of(new Principal.User(id(subject, name)));
            case "gid" -> Optional.of(new Principal.Group(id(subject, name)));
            case "token" -> Optional.of(new Principal.Token(name));
            case "cert" -> Optional.of(certificate(subject, name));
            default ->
                throw wrong(
                        subject,
                        "it begins with one of " + String.join(":, ", KINDS) + ":" + Nearest.hint(kind, KINDS));
        };
    }

    private static Optional<Long> box(OptionalLong id) {
        return id.isPresent() ? Optional.of(id.getAsLong()) : Optional.empty();
    }

    private static Principal certificate(Word subject, String name) {
        int equals = name.indexOf('=');
        String attribute = equals < 0 ? "" : name.substring(0, equals);
        if (!ATTRIBUTES.contains(attribute) || equals + 1 == name.length()) {
            throw wrong(subject, "a certificate is named by one of " + String.join("=, ", ATTRIBUTES) + "=");
        }
        return new Principal.Certificate(attribute, name.substring(equals + 1));
    }

    private static long id(Word subject, String digits) {
        if (!digits.matches("0|[1-9][0-9]{0,9}") || Long.parseLong(digits) >= 0xFFFF_FFFFL) {
            throw wrong(subject, "it is no id");
        }
        return Long.parseLong(digits);
    }

    private static RolesException wrong(Word subject, String problem) {
        return new RolesException(subject.line(), "`" + Names.shown(subject.text()) + "`: " + problem);
    }
}
