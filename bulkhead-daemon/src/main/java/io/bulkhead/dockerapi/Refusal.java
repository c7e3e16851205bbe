package io.bulkhead.dockerapi;

/// A request that the API itself answers with an error, for what no package of the engine has a reason for.
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    public Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
