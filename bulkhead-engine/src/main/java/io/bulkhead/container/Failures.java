package io.bulkhead.container;

import io.bulkhead.bundle.BundleException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.image.ImageException;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.name.Names;
import io.bulkhead.network.NetworkException;
import io.bulkhead.ownership.OwnershipException;
import io.bulkhead.runtime.CgroupException;
import io.bulkhead.runtime.OciException;
import io.bulkhead.volume.VolumeException;
import java.util.List;

/// Turns what the engine's parts throw while a process is started into the one exception callers know.
final class Failures {

    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;
    private static final int OTHER = 128;

    private Failures() {}

    /// As [#of]; what is nobody's failure but ours stays as it is.
    static RuntimeException translated(RuntimeException failure, List<String> command) {
        try {
            return of(failure, command);
        } catch (RuntimeException ours) {
            return ours;
        }
    }

    /// @param command what was to run, for the words that clients look for to choose their exit code
    static EngineException of(RuntimeException failure, List<String> command) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case EngineException engine -> engine;
            case OciException oci -> oci(oci, command, message);
            case BundleException bundle -> new EngineException(bundle(bundle.reason()), message, failure);
            case NetworkException network -> new EngineException(network(network.reason()), message, failure);
            case VolumeException volume -> new EngineException(volume(volume.reason()), message, failure);
            case OwnershipException ownership -> new EngineException(ownership(ownership.reason()), message, failure);
            case CgroupException cgroup -> new EngineException(cgroup(cgroup.reason()), message, failure);
            case ImageException _ -> new EngineException(Reason.NOT_FOUND, message, failure);
            case KernelException kernel ->
                new EngineException(
                        kernel.errno() == Errno.ENOSPC ? Reason.STORAGE_FULL : Reason.RUNTIME_FAILED,
                        "the kernel refused: " + message,
                        failure);
            default -> throw failure;
        };
    }

    private static EngineException oci(OciException failure, List<String> command, String message) {
        String program = command.isEmpty() ? "" : Names.shown(command.getFirst());
        return switch (failure.reason()) {
            case COMMAND_NOT_FOUND ->
                new EngineException(
                        Reason.COMMAND_NOT_FOUND,
                        "OCI runtime create failed: exec: \"" + program + "\": "
                                + (program.contains("/")
                                        ? "stat " + program + ": no such file or directory"
                                        : "executable file not found in $PATH")
                                + " (" + message + ")",
                        failure);
            case COMMAND_NOT_EXECUTABLE ->
                new EngineException(
                        Reason.COMMAND_NOT_EXECUTABLE,
                        "OCI runtime create failed: exec: \"" + program + "\": permission denied (" + message + ")",
                        failure);
            case MISSING, MONITOR_DIED, TIMED_OUT, REFUSED ->
                new EngineException(Reason.RUNTIME_FAILED, "OCI runtime failed: " + message, failure);
        };
    }

    private static Reason bundle(BundleException.Reason reason) {
        return switch (reason) {
            case UNKNOWN_USER, UNMAPPED_ID, BAD_TARGET, BAD_SOURCE, IMAGE_MALFORMED -> Reason.INVALID;
            case STORAGE_FULL -> Reason.STORAGE_FULL;
            case UNSUPPORTED -> Reason.UNSUPPORTED;
            case KERNEL -> Reason.RUNTIME_FAILED;
        };
    }

    private static Reason network(NetworkException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> Reason.NOT_FOUND;
            case INVALID -> Reason.INVALID;
            case PORT_TAKEN, EXHAUSTED -> Reason.RUNTIME_FAILED;
            case PLUMBING -> Reason.RUNTIME_FAILED;
        };
    }

    private static Reason ownership(OwnershipException.Reason reason) {
        return switch (reason) {
            case PROTECTED, TOO_DEEP -> Reason.INVALID;
            case NOT_FOUND -> Reason.NOT_FOUND;
            case ANOTHER_TREE -> Reason.CONFLICT;
            case STORAGE -> Reason.STORAGE;
            case KERNEL -> Reason.RUNTIME_FAILED;
        };
    }

    private static Reason cgroup(CgroupException.Reason reason) {
        return switch (reason) {
            case INVALID -> Reason.INVALID;
            case NOT_FOUND -> Reason.CONFLICT;
            case TIMED_OUT, FAILED -> Reason.RUNTIME_FAILED;
        };
    }

    private static Reason volume(VolumeException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> Reason.NOT_FOUND;
            case INVALID -> Reason.INVALID;
            case IN_USE -> Reason.CONFLICT;
            case STORAGE_FULL -> Reason.STORAGE_FULL;
            case STORAGE -> Reason.STORAGE;
        };
    }

    static int exitCode(RuntimeException failure) {
        return failure instanceof EngineException engine ? exitCode(engine) : OTHER;
    }

    /// The exit code of a container whose start failed, as a shell would give it.
    static int exitCode(EngineException failure) {
        return switch (failure.reason()) {
            case COMMAND_NOT_FOUND -> NOT_FOUND;
            case COMMAND_NOT_EXECUTABLE -> NOT_EXECUTABLE;
            case NOT_FOUND, INVALID, CONFLICT, NOT_MODIFIED, UNSUPPORTED, STORAGE_FULL, STORAGE, RUNTIME_FAILED ->
                OTHER;
        };
    }

    /// That of a further process: whatever kept it from running, Docker says it cannot be executed.
    static int execExitCode(EngineException failure) {
        return failure.reason() == Reason.COMMAND_NOT_FOUND ? NOT_FOUND : NOT_EXECUTABLE;
    }
}
