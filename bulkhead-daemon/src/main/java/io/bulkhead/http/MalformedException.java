package io.bulkhead.http;

import java.io.IOException;

/// A request that is not what HTTP says it should be.
final class MalformedException extends IOException {

    private static final long serialVersionUID = 1;

    private final String problem;

    MalformedException(String problem) {
        super(problem);
        this.problem = problem;
    }

    /// What is wrong, for the client to read.
    String problem() {
        return problem;
    }
}
