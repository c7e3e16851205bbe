/// Pure values of the engine: no I/O, no native calls, no clock. Everything here can be fuzzed, reused and reviewed
/// alone.
module io.bulkhead.model {
    requires static org.jspecify;

    exports io.bulkhead.access;
    exports io.bulkhead.capability;
    exports io.bulkhead.chain;
    exports io.bulkhead.idmap;
    exports io.bulkhead.name;
    exports io.bulkhead.seccomp;
    exports io.bulkhead.selinux;
    exports io.bulkhead.spec;
}
