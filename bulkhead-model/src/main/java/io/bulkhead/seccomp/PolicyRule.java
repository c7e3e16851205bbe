package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/// One rule over the base of a [SyscallPolicy], as `--security-opt seccomp:deny:getcwd` says it. Rules have no order:
/// the
/// one with the narrower subject decides, and of two that are equally narrow the one that denies.
public record PolicyRule(Effect effect, Subject subject) {

    /// What the rule does to its subject.
    public enum Effect {
        ALLOW,
        DENY;

        String word() {
            return this == ALLOW ? "allow" : "deny";
        }
    }

    /// What a rule is about.
    public sealed interface Subject {

        /// Every call that has a name.
        record All() implements Subject {}

        /// @param name without the `@`
        record Group(String name) implements Subject {
            public Group {
                SyscallGroup.require(name);
            }
        }

        /// @param conditions none, or all of those that must hold, at most one for each argument
        record Call(String name, List<Condition> conditions) implements Subject {
            public Call {
                Syscalls.require(name);
                conditions = conditions.stream()
                        .sorted(Comparator.comparingInt(Condition::index))
                        .toList();
                var seen = new HashSet<Integer>();
                for (Condition condition : conditions) {
                    Condition.require(name, CallArguments.require(name), condition.index());
                    if (!seen.add(condition.index())) {
                        throw new IllegalArgumentException("two conditions on one argument of " + name);
                    }
                }
            }
        }

        /// The first argument of `socket` and `socketpair`.
        record Family(String name) implements Subject {
            public Family {
                SocketFamilies.number(name);
            }
        }

        /// A whole table of calls: which of them run is said by the other rules.
        record Architecture(SyscallTable table) implements Subject {}
    }

    /// `deny:SUBJECT` or `allow:SUBJECT`. For each `:` there may be `=`, since the stock client opens what follows
    /// `seccomp:` and has no `=` as a file.
    ///
    /// @throws PolicyException that says what would be right
    public static PolicyRule parse(String text) {
        int end = separator(text);
        String word = text.substring(0, end);
        if (end >= text.length() - 1 || !List.of("allow", "deny").contains(word)) {
            throw new PolicyException(
                    Reason.SYNTAX, "`" + Names.shown(text) + "` is no rule: it is allow:SUBJECT or deny:SUBJECT");
        }
        return new PolicyRule(word.equals("allow") ? Effect.ALLOW : Effect.DENY, subject(text.substring(end + 1)));
    }

    /// As [#parse] reads it.
    public String spelling() {
        return effect.word() + ":"
                + switch (subject) {
                    case Subject.All _ -> "all";
                    case Subject.Group(var name) -> "@" + name;
                    case Subject.Call(var name, var conditions) ->
                        conditions.isEmpty() ? name : Condition.spelling(name, conditions);
                    case Subject.Family(var name) -> "family:" + name;
                    case Subject.Architecture(var table) -> "arch:" + table.label();
                };
    }

    /// Where the first `:` or `=` is; the length if there is none.
    static int separator(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ':' || text.charAt(i) == '=') {
                return i;
            }
        }
        return text.length();
    }

    private static Subject subject(String text) {
        if (text.equals("all")) {
            return new Subject.All();
        }
        if (text.startsWith("@")) {
            return new Subject.Group(text.substring(1));
        }
        int end = separator(text);
        if (end < text.length()) {
            String value = text.substring(end + 1);
            return switch (text.substring(0, end)) {
                case "arch" -> new Subject.Architecture(SyscallTable.ofName(value));
                case "family" -> new Subject.Family(value);
                default ->
                    throw new PolicyException(
                            Reason.SYNTAX,
                            "`" + Names.shown(text) + "`: a subject is a call, call(CONDITION), @GROUP, all, "
                                    + "arch:NAME or family:AF_NAME");
            };
        }
        return call(text);
    }

    static Subject.Call call(String text) {
        int open = text.indexOf('(');
        if (open < 0) {
            return new Subject.Call(Syscalls.require(text), List.of());
        }
        if (!text.endsWith(")")) {
            throw new PolicyException(Reason.SYNTAX, "`" + Names.shown(text) + "`: the closing ) is missing");
        }
        String name = Syscalls.require(text.substring(0, open));
        return new Subject.Call(name, Condition.parse(name, text.substring(open + 1, text.length() - 1)));
    }
}
