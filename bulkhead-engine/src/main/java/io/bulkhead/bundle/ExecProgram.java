package io.bulkhead.bundle;

import io.bulkhead.spec.UserSpec;
import java.util.List;
import java.util.Optional;

/// What a further process of a running container is. Its confinement is the container's: there is no way to ask for
/// another.
///
/// @param env `NAME=value` lines on top of the container's
/// @param user absent: the container's
/// @param workdir absolute; absent: the container's
public record ExecProgram(
        List<String> args, List<String> env, Optional<UserSpec> user, Optional<String> workdir, boolean tty) {
    public ExecProgram {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }
}
