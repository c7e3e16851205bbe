/// The image store: OCI blobs by digest, unpacked layers, names. Start with [Images]. Everything read here is hostile:
/// no
/// path, link, device or whiteout of a layer may reach outside its own directory, and sizes are bounded.
@NullMarked
package io.bulkhead.image;

import org.jspecify.annotations.NullMarked;
