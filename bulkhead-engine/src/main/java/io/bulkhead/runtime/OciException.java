package io.bulkhead.runtime;

/// What the OCI runtime or the monitor refused or failed at. The message holds what they said, escaped and cut.
public final class OciException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    public OciException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        /// The program is not installed on the host.
        MISSING,
        /// The command to run is not in the image.
        COMMAND_NOT_FOUND,
        /// The command to run is there, but no program this process may execute.
        COMMAND_NOT_EXECUTABLE,
        /// The monitor ended before it could say how it went.
        MONITOR_DIED,
        /// It took longer than anything ordinary takes.
        TIMED_OUT,
        /// Anything else the runtime said.
        REFUSED
    }

    /// Sorts what a runtime wrote by the words both crun and runc use.
    static OciException said(String what, String text) {
        String said = readable(text);
        String message = what + ": " + said;
        if (said.contains("not found in $PATH") || said.contains("executable file not found")) {
            return new OciException(Reason.COMMAND_NOT_FOUND, message);
        }
        if (said.contains("No such file or directory") || said.contains("no such file or directory")) {
            return new OciException(Reason.COMMAND_NOT_FOUND, message);
        }
        // What the kernel answers crun, which opens the program before it executes it, for a directory.
        if (said.contains("open executable: Operation not permitted")) {
            return new OciException(Reason.COMMAND_NOT_EXECUTABLE, message);
        }
        if (said.contains("ermission denied") || said.contains("xec format error") || said.contains("s a directory")) {
            return new OciException(Reason.COMMAND_NOT_EXECUTABLE, message);
        }
        return new OciException(Reason.REFUSED, message);
    }

    /// The last line counts; runc writes `time=... level=error msg="..."`.
    private static String readable(String text) {
        String last = text.strip().lines().reduce((_, next) -> next).orElse("no reason given");
        int msg = last.indexOf("msg=\"");
        if (last.startsWith("time=") && msg >= 0) {
            last = last.substring(msg + 5).replaceAll("\"$", "").replace("\\\"", "\"");
        }
        return last.codePoints()
                .limit(500)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
