package io.bulkhead.kernel;

/// Whether mounts made later pass between a mount and its peers (mount_namespaces(7)).
public enum Propagation {
    UNBINDABLE(1 << 17),
    PRIVATE(1 << 18),
    SLAVE(1 << 19),
    SHARED(1 << 20);

    private final int bit;

    Propagation(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}
