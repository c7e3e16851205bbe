/// The trusted core: what happens between an allowed request and the kernel. Knows no HTTP.
module io.bulkhead.engine {
    requires transitive io.bulkhead.model;
    requires transitive io.bulkhead.image;
    requires transitive io.bulkhead.kernel;
    requires static org.jspecify;
    requires tools.jackson.databind;

    // The record that volume.json is read into.
    opens io.bulkhead.volume to
            tools.jackson.databind;

    exports io.bulkhead.audit;
    exports io.bulkhead.bundle;
    exports io.bulkhead.container;
    exports io.bulkhead.denial;
    exports io.bulkhead.network;
    exports io.bulkhead.ownership;
    exports io.bulkhead.profile;
    exports io.bulkhead.recording;
    exports io.bulkhead.runtime;
    exports io.bulkhead.sink;
    exports io.bulkhead.volume;
    exports io.bulkhead.storage to
            io.bulkhead.daemon;

    // What recordings are read into.
    opens io.bulkhead.recording to
            tools.jackson.databind;
    opens io.bulkhead.idregistry to
            tools.jackson.databind;
    opens io.bulkhead.ownership to
            tools.jackson.databind;
    opens io.bulkhead.network to
            tools.jackson.databind;
}
