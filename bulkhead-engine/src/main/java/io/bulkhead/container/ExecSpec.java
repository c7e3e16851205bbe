package io.bulkhead.container;

import io.bulkhead.spec.UserSpec;
import java.util.List;
import java.util.Optional;

/// A further process for a running container. It gets the container's own confinement, never more: there is no way to
/// ask for a privileged one.
///
/// @param user absent: the container's
/// @param workdir absent: the container's
public record ExecSpec(
        List<String> command,
        List<String> env,
        Optional<UserSpec> user,
        Optional<String> workdir,
        boolean tty,
        boolean attachStdin,
        boolean attachStdout,
        boolean attachStderr,
        String detachKeys) {

    public ExecSpec {
        command = List.copyOf(command);
        env = List.copyOf(env);
    }
}
