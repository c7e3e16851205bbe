package io.bulkhead.container;

import io.bulkhead.name.ContainerId;
import java.util.OptionalInt;

/// An exec as it stands at one moment.
///
/// @param exitCode absent until it ended
/// @param pid 0 until it runs
public record Exec(String id, ContainerId container, ExecSpec spec, boolean running, OptionalInt exitCode, int pid) {}
