package io.bulkhead.container;

import io.bulkhead.denial.DenialWatch;
import io.bulkhead.kernel.SyscallRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How the calls of containers are seen on this host.
sealed interface RecordingMethod {

    /// By a program of the kernel's tracepoint.
    record Ebpf() implements RecordingMethod {}

    /// By the kernel's records, which a container's filter makes of every call.
    ///
    /// @param why no program is used
    record Log(DenialWatch records, String why) implements RecordingMethod {}

    record None(String why) implements RecordingMethod {}

    /// Asks the kernel; nothing is left of the attempt.
    static RecordingMethod probe(RecordingChoice choice, Optional<DenialWatch> records) {
        Optional<String> obstacle =
                choice == RecordingChoice.LOG ? Optional.of("containers.recording is log") : SyscallRecorder.obstacle();
        if (obstacle.isEmpty()) {
            return new Ebpf();
        }
        if (choice == RecordingChoice.EBPF) {
            return new None(obstacle.get());
        }
        if (records.isEmpty()) {
            return new None(obstacle.get() + "; and the kernel's audit records cannot be read");
        }
        return logsWhatIsLetThrough()
                ? new Log(records.get(), obstacle.get())
                : new None(obstacle.get() + "; and `log` is not in /proc/sys/kernel/seccomp/actions_logged");
    }

    private static boolean logsWhatIsLetThrough() {
        try {
            String actions = Files.readString(Path.of("/proc/sys/kernel/seccomp/actions_logged"));
            return List.of(actions.strip().split(" ", -1)).contains("log");
        } catch (IOException _) {
            return false;
        }
    }

    /// For `info`.
    default String shown() {
        return switch (this) {
            case Ebpf _ -> "ebpf";
            case Log(var _, var why) -> "log (" + why + ")";
            case None(var why) -> "none (" + why + ")";
        };
    }
}
