/// Images: everything that handles bytes from registries and archives.
module io.bulkhead.image {
    requires transitive io.bulkhead.model;
    requires io.bulkhead.kernel;
    requires static org.jspecify;
    requires tools.jackson.databind;
    requires org.apache.commons.compress;
    requires com.github.luben.zstd_jni;
    requires org.tukaani.xz;
    requires java.net.http;

    exports io.bulkhead.image;
    exports io.bulkhead.registry;
    exports io.bulkhead.layer;
    exports io.bulkhead.trust;
}
