package io.bulkhead.access;

/// Roles that say nothing the engine could follow. They are refused as a whole.
public final class RolesException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int line;

    /// @param line of the file, from 1; 0 if it is about no line
    public RolesException(int line, String message) {
        super(message);
        this.line = line;
    }

    public int line() {
        return line;
    }
}
