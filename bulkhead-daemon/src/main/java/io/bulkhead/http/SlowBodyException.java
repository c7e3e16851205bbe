package io.bulkhead.http;

import java.io.IOException;

/// A request body that does not come: the client is answered with 408, should nothing have been answered yet.
final class SlowBodyException extends IOException {

    private static final long serialVersionUID = 1;

    SlowBodyException() {
        super("the request body did not come in time");
    }
}
