package io.bulkhead.image;

import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.InputStream;

/// Where manifests and blobs of one image come from: a registry. What goes wrong is an [ImageException].
public interface Remote extends AutoCloseable {

    /// The manifest or index by tag or digest; bytes are exactly as sent, checked against the digest if one was asked
    /// for.
    Manifest manifest(String tagOrDigest);

    /// The blob's bytes as they come, unchecked: the store checks them. The caller closes the stream. Called by several
    /// threads at a time.
    InputStream blob(Digest digest, long size);

    @Override
    void close();

    /// @param mediaType as the registry named it; the store compares it with what the bytes say
    /// @param bytes not copied: whoever makes one hands the array over
    /// @param digest of the bytes, computed and not believed

    record Manifest(String mediaType, byte[] bytes, Digest digest) {}

    /// Opens the registry of a name.
    interface Source {
        Remote open(ImageName name, Images.Credentials credentials);
    }
}
