/// Reading layers: hostile tar files become directories, and nothing of them is ever made outside their own directory.
///
/// Start with [LayerUnpacker]; [TarReader] is the reader beneath it and [Compression] what is around it. Formats are
/// the libraries'; which name may be made where, and how much of it, is decided here. Nothing here follows a link,
/// makes a device other than overlayfs' whiteout, or knows what an image is.
@NullMarked
package io.bulkhead.layer;

import org.jspecify.annotations.NullMarked;
