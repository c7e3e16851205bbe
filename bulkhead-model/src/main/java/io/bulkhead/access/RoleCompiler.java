package io.bulkhead.access;

import io.bulkhead.access.RoleLine.Extends;
import io.bulkhead.access.RoleLine.Rule;
import io.bulkhead.access.RoleLine.Word;
import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Makes [Grant]s of what a file says, with those of the roles that a role extends.
final class RoleCompiler {

    private final Map<String, List<RoleLine>> roles = new LinkedHashMap<>();
    private final Map<String, List<Grant>> done = new LinkedHashMap<>();
    private final Set<String> open = new LinkedHashSet<>();

    RoleCompiler(Map<Word, List<RoleLine>> roles) {
        roles.forEach((name, lines) -> {
            if (this.roles.put(name.text(), lines) != null) {
                throw new RolesException(name.line(), "role `" + name.text() + "` is there twice");
            }
            if (lines.isEmpty()) {
                throw new RolesException(name.line(), "role `" + name.text() + "` says nothing");
            }
        });
    }

    Map<String, List<Grant>> compile() {
        roles.keySet().forEach(this::grants);
        return done;
    }

    private List<Grant> grants(String role) {
        List<Grant> known = done.get(role);
        if (known != null) {
            return known;
        }
        open.add(role);
        var grants = new ArrayList<Grant>();
        for (RoleLine line : roles.getOrDefault(role, List.of())) {
            switch (line) {
                case Extends(Word other) -> grants.addAll(extended(role, other));
                case Rule rule -> grants.add(grant(role, rule));
            }
        }
        open.remove(role);
        done.put(role, List.copyOf(grants));
        return grants;
    }

    private List<Grant> extended(String role, Word other) {
        if (!roles.containsKey(other.text())) {
            throw new RolesException(
                    other.line(),
                    "there is no role `" + Names.shown(other.text()) + "`"
                            + Nearest.hint(other.text(), roles.keySet()));
        }
        if (open.contains(other.text())) {
            throw new RolesException(
                    other.line(), "role `" + role + "` extends `" + other.text() + "`, which extends it in turn");
        }
        return grants(other.text());
    }

    private static Grant grant(String role, Rule rule) {
        rule.owner().ifPresent(owner -> {
            if (!owner.text().equals("self")) {
                throw new RolesException(owner.line(), "owner is `self`, or is left out");
            }
        });
        var operations = EnumSet.noneOf(Operation.class);
        rule.operations().forEach(word -> operations.addAll(operations(word)));
        if (operations.isEmpty()) {
            throw new RolesException(rule.line(), "a line of a role names at least one operation");
        }
        return new Grant(
                rule.text(),
                role,
                rule.line(),
                rule.denies(),
                operations,
                read(rule.containers(), Pattern::new),
                read(rule.images(), ImagePattern::parse),
                read(rule.volumes(), Pattern::new),
                read(rule.networks(), Pattern::new),
                read(rule.privileges(), PrivilegePattern::parse),
                rule.owner().isPresent());
    }

    /// One operation, `container.*`, or `*`.
    private static Set<Operation> operations(Word word) {
        String text = word.text();
        String prefix = text.endsWith("*") ? text.substring(0, text.length() - 1) : "";
        boolean many = text.equals("*") || (text.endsWith(".*") && !prefix.contains("*"));
        var found = EnumSet.noneOf(Operation.class);
        Operation.grantable()
                .filter(operation -> many
                        ? operation.spelling().startsWith(prefix)
                        : operation.spelling().equals(text))
                .forEach(found::add);
        if (found.isEmpty()) {
            throw new RolesException(
                    word.line(),
                    "there is no operation `" + Names.shown(text) + "`"
                            + Nearest.hint(
                                    text,
                                    Operation.grantable()
                                            .map(Operation::spelling)
                                            .toList()));
        }
        return found;
    }

    private static <T> List<T> read(List<Word> words, Function<String, T> reader) {
        return words.stream()
                .map(word -> {
                    try {
                        return reader.apply(word.text());
                    } catch (IllegalArgumentException wrong) {
                        throw new RolesException(
                                word.line(), "`" + Names.shown(word.text()) + "`: " + wrong.getMessage());
                    }
                })
                .toList();
    }
}
