package io.bulkhead.spec;

/// How a container's standard streams are set up.
///
/// @param openStdin keep standard input open even while nobody is attached
/// @param stdinOnce close standard input when the first attached client goes
public record IoSpec(
        boolean tty,
        boolean openStdin,
        boolean stdinOnce,
        boolean attachStdin,
        boolean attachStdout,
        boolean attachStderr) {}
