/// System calls, mounts, namespaces and libseccomp through the Foreign Function & Memory API: the only module that is
/// given native access.
module io.bulkhead.kernel {
    requires transitive io.bulkhead.model;
    requires static org.jspecify;

    exports io.bulkhead.kernel;
}
