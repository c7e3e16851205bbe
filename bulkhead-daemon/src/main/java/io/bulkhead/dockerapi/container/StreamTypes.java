package io.bulkhead.dockerapi.container;

import io.bulkhead.dockerapi.ApiVersion;

/// Content types of streams. Clients tell the two forms apart by them since API 1.42; older ones know one only.
final class StreamTypes {

    private static final String RAW = "application/vnd.docker.raw-stream";
    private static final String FRAMED = "application/vnd.docker.multiplexed-stream";

    private StreamTypes() {}

    static String answered(ApiVersion version, boolean tty) {
        return !tty && version.atLeast(1, 42) ? FRAMED : RAW;
    }
}
