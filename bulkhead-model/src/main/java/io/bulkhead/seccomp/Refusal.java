package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import io.bulkhead.seccomp.PolicyException.Reason;
import io.bulkhead.seccomp.SeccompProfile.Action;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What happens to a call that the policy refuses (`seccomp:action:...`).
///
/// @param errno what it fails with; 0 for the other kinds
public record Refusal(Kind kind, int errno) {

    static final int EPERM = 1;
    static final int ENOSYS = 38;
    static final int EAFNOSUPPORT = 97;

    /// The kernel cuts larger ones off (SECCOMP_RET_DATA, MAX_ERRNO).
    static final int MAX_ERRNO = 4095;

    private static final String ERRNO = "errno";
    private static final Map<String, Integer> NUMBERS = load();

    /// The ways to refuse.
    public enum Kind {
        ERRNO(Action.SCMP_ACT_ERRNO),
        /// The process ends by SIGSYS.
        KILL(Action.SCMP_ACT_KILL_PROCESS),
        /// No refusal at all: the call is recorded and runs. A privilege.
        LOG(Action.SCMP_ACT_LOG),
        /// The thread gets SIGSYS.
        TRAP(Action.SCMP_ACT_TRAP);

        private final Action action;

        Kind(Action action) {
            this.action = action;
        }
    }

    public Refusal {
        boolean wanted = kind == Kind.ERRNO;
        if (wanted ? errno < 1 || errno > MAX_ERRNO : errno != 0) {
            throw new IllegalArgumentException("errno " + errno + " for " + kind);
        }
    }

    /// `errno=EPERM` (or `:`), `kill`, `log` or `trap`.
    ///
    /// @throws PolicyException SYNTAX or UNKNOWN_VALUE
    public static Refusal parse(String text) {
        int separator = PolicyRule.separator(text);
        if (text.substring(0, separator).equals(ERRNO) && separator < text.length()) {
            return new Refusal(Kind.ERRNO, number(text.substring(separator + 1)));
        }
        return switch (text) {
            case "kill" -> new Refusal(Kind.KILL, 0);
            case "log" -> new Refusal(Kind.LOG, 0);
            case "trap" -> new Refusal(Kind.TRAP, 0);
            default ->
                throw new PolicyException(
                        Reason.SYNTAX,
                        "action `" + Names.shown(text) + "`: it is errno=NAME (for example errno=EPERM), kill, log or "
                                + "trap");
        };
    }

    /// As an option writes it.
    public String spelling() {
        return switch (kind) {
            case ERRNO -> ERRNO + "=" + errnoName(errno);
            case KILL -> "kill";
            case LOG -> "log";
            case TRAP -> "trap";
        };
    }

    Action action() {
        return kind.action;
    }

    Optional<Integer> errnoRet() {
        return kind == Kind.ERRNO ? Optional.of(errno) : Optional.empty();
    }

    /// `EPERM` for 1; the number itself for one without a name.
    public static String errnoName(int errno) {
        return NUMBERS.entrySet().stream()
                .filter(entry -> entry.getValue() == errno)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(Integer.toString(errno));
    }

    private static int number(String text) {
        Integer named = NUMBERS.get(text);
        int number = named != null ? named : text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > MAX_ERRNO) {
            throw new PolicyException(
                    Reason.UNKNOWN_VALUE,
                    "no error is called `" + Names.shown(text) + "`, and it is no number from 1 to " + MAX_ERRNO
                            + Nearest.hint(text, NUMBERS.keySet()));
        }
        return number;
    }

    private static Map<String, Integer> load() {
        var numbers = new TreeMap<String, Integer>();
        for (String line : Resources.lines("errnos.txt")) {
            if (!line.isEmpty()) {
                numbers.put(
                        Resources.words(line).getFirst(),
                        Integer.parseInt(Resources.words(line).getLast()));
            }
        }
        return Collections.unmodifiableMap(numbers);
    }
}
