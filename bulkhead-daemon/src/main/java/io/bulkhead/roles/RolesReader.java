package io.bulkhead.roles;

import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.AccessPolicy.Mode;
import io.bulkhead.access.Principal;
import io.bulkhead.access.RoleLine;
import io.bulkhead.access.RoleLine.Binding;
import io.bulkhead.access.RoleLine.Word;
import io.bulkhead.access.RolesException;
import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import io.bulkhead.roles.YamlNode.Entry;
import io.bulkhead.roles.YamlNode.Mapping;
import io.bulkhead.roles.YamlNode.Scalar;
import io.bulkhead.roles.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes an [AccessPolicy] of a file's text: `roles`, `bindings` and `mode`, as docs/roles.md has them.
final class RolesReader {

    private static final List<String> KEYS = List.of("roles", "bindings", "mode");
    private static final List<String> LINE_KEYS = List.of(
            "operations", "deny", "extends", "containers", "images", "volumes", "networks", "privileges", "owner");
    private static final List<String> BINDING_KEYS = List.of("role", "subjects");

    private final Principals principals;
    private final List<String> warnings = new ArrayList<>();

    RolesReader(Principals principals) {
        this.principals = principals;
    }

    /// @param warnings what is no mistake and yet not as it may be meant, with lines
    record Read(AccessPolicy policy, List<String> warnings) {
        Read {
            warnings = List.copyOf(warnings);
        }
    }

    /// @throws RolesException the first mistake
    Read read(String text) {
        Map<Word, List<RoleLine>> roles = Map.of();
        List<Binding> bindings = List.of();
        Mode mode = Mode.ENFORCE;
        for (Entry entry : mapping(YamlReader.read(text), "the file").entries()) {
            switch (entry.key().text()) {
                case "roles" -> roles = roles(entry.value());
                case "bindings" -> bindings = bindings(entry.value());
                case "mode" -> mode = mode(entry.value());
                default -> throw unknown(entry.key(), KEYS);
            }
        }
        return new Read(AccessPolicy.of(roles, bindings, mode), warnings);
    }

    private static Mode mode(YamlNode node) {
        return switch (word(node, "mode").text()) {
            case "enforce" -> Mode.ENFORCE;
            case "dry-run" -> Mode.DRY_RUN;
            default -> throw new RolesException(node.line(), "mode is enforce or dry-run");
        };
    }

    private static Map<Word, List<RoleLine>> roles(YamlNode node) {
        var roles = new LinkedHashMap<Word, List<RoleLine>>();
        for (Entry entry : mapping(node, "roles").entries()) {
            var lines = sequence(entry.value(), "a role").items().stream()
                    .map(RolesReader::line)
                    .toList();
            roles.put(word(entry.key(), "a role's name"), lines);
        }
        return roles;
    }

    private static RoleLine line(YamlNode node) {
        Map<String, Entry> keys = keys(mapping(node, "a line of a role"), LINE_KEYS);
        Entry extended = keys.get("extends");
        if (extended != null) {
            if (keys.size() > 1) {
                throw new RolesException(node.line(), "a line with `extends` has nothing else");
            }
            return new RoleLine.Extends(word(extended.value(), "extends"));
        }
        Entry deny = keys.get("deny");
        Entry operations = keys.get("operations");
        if ((deny == null) == (operations == null)) {
            throw new RolesException(node.line(), "a line of a role has one of `operations`, `deny` and `extends`");
        }
        return new RoleLine.Rule(
                node.line(),
                deny != null,
                words(keys, deny != null ? "deny" : "operations"),
                words(keys, "containers"),
                words(keys, "images"),
                words(keys, "volumes"),
                words(keys, "networks"),
                words(keys, "privileges"),
                Optional.ofNullable(keys.get("owner")).map(owner -> word(owner.value(), "owner")));
    }

    private List<Binding> bindings(YamlNode node) {
        return sequence(node, "bindings").items().stream().map(this::binding).toList();
    }

    private Binding binding(YamlNode node) {
        Map<String, Entry> keys = keys(mapping(node, "a binding"), BINDING_KEYS);
        Entry role = keys.get("role");
        if (role == null || !keys.containsKey("subjects")) {
            throw new RolesException(node.line(), "a binding has a `role` and `subjects`");
        }
        var bound = new ArrayList<Principal>();
        for (Word subject : words(keys, "subjects")) {
            Optional<Principal> principal = principals.find(subject);
            principal.ifPresent(bound::add);
            if (principal.isEmpty()) {
                warnings.add("line " + subject.line() + ": `" + Names.shown(subject.text())
                        + "` is nobody on this host, so nobody has the role by that");
            }
        }
        return new Binding(word(role.value(), "role"), bound);
    }

    private static Map<String, Entry> keys(Mapping mapping, List<String> known) {
        var keys = new HashMap<String, Entry>();
        for (Entry entry : mapping.entries()) {
            if (!known.contains(entry.key().text())) {
                throw unknown(entry.key(), known);
            }
            keys.put(entry.key().text(), entry);
        }
        return keys;
    }

    /// None if the key is not there. An empty list is a mistake: it could be meant as nothing or as everything.
    private static List<Word> words(Map<String, Entry> keys, String key) {
        Entry entry = keys.get(key);
        if (entry == null) {
            return List.of();
        }
        List<Word> words = sequence(entry.value(), key).items().stream()
                .map(item -> word(item, "an entry of " + key))
                .toList();
        if (words.isEmpty()) {
            throw new RolesException(entry.key().line(), "`" + key + "` is empty: name something, or leave it out");
        }
        return words;
    }

    private static RolesException unknown(Scalar key, List<String> known) {
        return new RolesException(
                key.line(),
                "there is no key `" + Names.shown(key.text()) + "`" + Nearest.hint(key.text(), known) + " (known: "
                        + String.join(", ", known) + ")");
    }

    private static Word word(YamlNode node, String what) {
        if (node instanceof Scalar(String text, int line)) {
            return new Word(text, line);
        }
        throw new RolesException(node.line(), what + " is one word, not " + node.kind());
    }

    private static Sequence sequence(YamlNode node, String what) {
        if (node instanceof Sequence sequence) {
            return sequence;
        }
        throw new RolesException(node.line(), what + " is a list, not " + node.kind());
    }

    private static Mapping mapping(YamlNode node, String what) {
        if (node instanceof Mapping mapping) {
            return mapping;
        }
        throw new RolesException(node.line(), what + " has keys with values, not " + node.kind());
    }
}
