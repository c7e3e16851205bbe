package io.bulkhead.seccomp;

/// How many steps an exploration may still take. A container can load filters made to be explored for ever.
final class Effort {

    private long left;

    Effort(long steps) {
        this.left = steps;
    }

    /// Takes one step of it; false once it is used up.
    boolean spend() {
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
