package io.bulkhead.dockerapi.container;

import io.bulkhead.dockerapi.Query;
import io.bulkhead.http.Exchange;

/// `h` and `w` of a resize.
record TerminalSize(int rows, int columns) {

    /// What the kernel's `struct winsize` holds.
    private static final int MOST = 65_535;

    static TerminalSize of(Exchange exchange) {
        return new TerminalSize(Query.number(exchange, "h", 0, MOST), Query.number(exchange, "w", 0, MOST));
    }
}
