package io.bulkhead.spec;

import java.util.ArrayList;
import java.util.List;

/// What runs: `entrypoint` followed by `command`, neither through a shell.
///
/// @param env `NAME=value` lines, later ones already merged over earlier ones
/// @param workdir absolute inside the container; created if it is missing
/// @param init a minimal init as pid 1 that reaps and forwards signals
public record ProcessSpec(
        List<String> entrypoint,
        List<String> command,
        List<String> env,
        String workdir,
        UserSpec user,
        List<String> additionalGroups,
        boolean init) {

    public ProcessSpec {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        env = List.copyOf(env);
        additionalGroups = List.copyOf(additionalGroups);
        if (!workdir.startsWith("/")) {
            throw new IllegalArgumentException(
                    "the working directory '" + workdir + "' is invalid, it needs to be an absolute path");
        }
    }

    /// The argument vector.
    public List<String> args() {
        var args = new ArrayList<>(entrypoint);
        args.addAll(command);
        return List.copyOf(args);
    }
}
