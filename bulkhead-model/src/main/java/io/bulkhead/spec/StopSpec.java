package io.bulkhead.spec;

import java.time.Duration;

/// @param signal the signal that asks the process to end, SIGTERM (15) unless the image or the caller says otherwise
/// @param timeout how long to wait for it before SIGKILL; negative waits for ever
/// @param explicitTimeout whether somebody wrote the time-out, for display
public record StopSpec(Signal signal, Duration timeout, boolean explicitTimeout) {}
