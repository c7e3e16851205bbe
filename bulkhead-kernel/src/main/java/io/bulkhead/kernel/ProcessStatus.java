package io.bulkhead.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The fields of `/proc/PID/status` (proc_pid_status(5)) at one moment.
public record ProcessStatus(Map<String, String> fields) {

    public ProcessStatus {
        fields = Map.copyOf(fields);
    }

    /// Empty if there is no such process.
    public static Optional<ProcessStatus> of(int pid) {
        try {
            return Optional.of(
                    parse(Files.readString(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    static ProcessStatus parse(String text) {
        var fields = new HashMap<String, String>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return new ProcessStatus(fields);
    }

    /// @throws KernelException (ENODATA) if this kernel does not tell
    public String field(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new KernelException("/proc/PID/status has no field " + name, Errno.ENODATA);
        }
        return value;
    }

    /// @throws KernelException (ENODATA) if this kernel does not tell
    public int number(String name) {
        try {
            return Integer.parseInt(field(name));
        } catch (NumberFormatException other) {
            throw new KernelException("the field " + name + " of /proc/PID/status is no number", Errno.ENODATA);
        }
    }

    /// Whether it has ended and waits to be asked how.
    boolean ended() {
        return field("State").startsWith("Z") || field("State").startsWith("X");
    }
}
