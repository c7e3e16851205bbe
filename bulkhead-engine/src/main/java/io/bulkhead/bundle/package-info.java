/// Turns a spec into what the OCI runtime reads: a mounted root file system and `config.json`. Start with [Bundle];
/// [BundleRequest] is what goes in, [HostFiles] and [ImageUsers] are of use to a running container too.
///
/// The image and every shared volume are hostile: their paths are walked through pinned directories only. No byte of a
/// layer is ever written, no annotation is ever passed to the runtime, and nothing here starts a program.
@NullMarked
package io.bulkhead.bundle;

import org.jspecify.annotations.NullMarked;
