package io.bulkhead.roles;

import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.RolesException;
import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import io.bulkhead.roles.YamlNode.Entry;
import io.bulkhead.roles.YamlNode.Mapping;
import io.bulkhead.roles.YamlNode.Scalar;
import io.bulkhead.roles.YamlNode.Sequence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A file of decisions that roles should come to, to be tried before they are in force: a list of cases, each with
/// `who`, `operation` and `expect`, and on what.
public final class ExpectedDecisions {

    private static final List<String> KEYS = List.of(
            "who", "groups", "operation", "container", "image", "volume", "network", "owner", "privileges", "expect");

    private final List<Case> cases;

    private ExpectedDecisions(List<Case> cases) {
        this.cases = cases;
    }

    private record Case(int line, String text, Caller caller, Hypothesis hypothesis, boolean allowed) {}

    /// @param expected whether it should be allowed
    public record Result(int line, String text, boolean expected, Decision decision) {}

    /// @throws RolesException the first mistake, with its line
    public static ExpectedDecisions read(String text) {
        if (!(YamlReader.read(text) instanceof Sequence list)) {
            throw new RolesException(1, "the file is a list of cases");
        }
        return new ExpectedDecisions(
                list.items().stream().map(ExpectedDecisions::single).toList());
    }

    public List<Result> against(AccessPolicy policy) {
        return cases.stream()
                .map(each -> new Result(
                        each.line(),
                        each.text(),
                        each.allowed(),
                        each.hypothesis().decide(policy, each.caller(), _ -> Optional.empty())))
                .toList();
    }

    private static Case single(YamlNode node) {
        if (!(node instanceof Mapping mapping)) {
            throw new RolesException(node.line(), "a case has keys with values, not " + node.kind());
        }
        Map<String, YamlNode> keys = new HashMap<>();
        for (Entry entry : mapping.entries()) {
            String key = entry.key().text();
            if (!KEYS.contains(key)) {
                throw new RolesException(
                        entry.key().line(),
                        "there is no key `" + Names.shown(key) + "`" + Nearest.hint(key, KEYS) + " (known: "
                                + String.join(", ", KEYS) + ")");
            }
            keys.put(key, entry.value());
        }
        String who = required(node, keys, "who");
        String operation = required(node, keys, "operation");
        boolean allowed = switch (required(node, keys, "expect")) {
            case "allowed" -> true;
            case "refused" -> false;
            default -> throw new RolesException(node.line(), "expect is allowed or refused");
        };
        try {
            return new Case(
                    node.line(),
                    who + " " + operation + about(keys),
                    Somebody.of(who, words(keys, "groups")),
                    Hypothesis.of(
                            operation,
                            word(keys, "container"),
                            word(keys, "image"),
                            word(keys, "volume"),
                            word(keys, "network"),
                            word(keys, "owner"),
                            words(keys, "privileges")),
                    allowed);
        } catch (IllegalArgumentException wrong) {
            throw new RolesException(node.line(), String.valueOf(wrong.getMessage()));
        }
    }

    private static String about(Map<String, YamlNode> keys) {
        var about = new StringBuilder();
        for (String key : List.of("container", "image", "volume", "network", "owner")) {
            String word = word(keys, key);
            if (!word.isEmpty()) {
                about.append(' ').append(key).append(' ').append(word);
            }
        }
        words(keys, "privileges").forEach(privilege -> about.append(' ').append(privilege));
        return about.toString();
    }

    private static String required(YamlNode node, Map<String, YamlNode> keys, String key) {
        String word = word(keys, key);
        if (word.isEmpty()) {
            throw new RolesException(
                    node.line(), "a case has `who`, `operation` and `expect`; `" + key + "` is missing");
        }
        return word;
    }

    private static String word(Map<String, YamlNode> keys, String key) {
        YamlNode node = keys.get(key);
        if (node == null) {
            return "";
        }
        if (node instanceof Scalar(String text, int _)) {
            return text;
        }
        throw new RolesException(node.line(), "`" + key + "` is one word, not " + node.kind());
    }

    private static List<String> words(Map<String, YamlNode> keys, String key) {
        YamlNode node = keys.get(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof Sequence sequence)) {
            throw new RolesException(node.line(), "`" + key + "` is a list, not " + node.kind());
        }
        return sequence.items().stream()
                .map(item -> {
                    if (item instanceof Scalar(String text, int _)) {
                        return text;
                    }
                    throw new RolesException(item.line(), "an entry of `" + key + "` is one word");
                })
                .toList();
    }
}
