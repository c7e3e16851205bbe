package io.bulkhead.spec;

import io.bulkhead.name.Names;
import java.util.List;
import java.util.Locale;

/// A signal by number (signal(7), x86-64 and arm64 numbering), 1 to 64.
public record Signal(int number) {

    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");
    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    public static final Signal KILL = new Signal(9);
    public static final Signal TERM = new Signal(15);

    public Signal {
        if (number < 1 || number > RTMAX) {
            throw new IllegalArgumentException("signal " + number + " is outside 1.." + RTMAX);
        }
    }

    /// Reads `9`, `KILL`, `SIGKILL`, `kill`, `RTMIN+3`, `SIGRTMAX-1`.
    public static Signal parse(String text) {
        if (text.matches("[0-9]{1,3}")) {
            return new Signal(Integer.parseInt(text));
        }
        String name = text.toUpperCase(Locale.ROOT);
        if (name.startsWith("SIG")) {
            name = name.substring(3);
        }
        int number = NAMES.indexOf(name);
        if (number > 0) {
            return new Signal(number);
        }
        return switch (name) {
            case "IOT" -> new Signal(6);
            case "CLD" -> new Signal(17);
            case "POLL" -> new Signal(29);
            case String rt when rt.matches("RTMIN(\\+[0-9]{1,2})?") -> new Signal(RTMIN + offset(rt));
            case String rt when rt.matches("RTMAX(-[0-9]{1,2})?") -> new Signal(RTMAX - offset(rt));
            default -> throw new IllegalArgumentException("invalid signal: " + Names.shown(text));
        };
    }

    private static int offset(String text) {
        return text.length() == 5 ? 0 : Integer.parseInt(text.substring(6));
    }

    /// `SIGTERM`, or `SIGRTMIN+3`.
    @Override
    public String toString() {
        if (number < NAMES.size()) {
            return "SIG" + NAMES.get(number);
        }
        return number < RTMIN ? "SIG" + number : "SIGRTMIN+" + (number - RTMIN);
    }
}
