/// The kernel as the engine needs it: about forty system calls, idmapped mounts, namespaces, child processes with
/// chosen descriptors, and libseccomp. A failed call is a [KernelException] with its errno.
///
/// Start with [Directory] (paths that stay inside), [Mounts], [Namespaces] and [Spawn]; for filters with [LibSeccomp]
/// and [FilterCompiler]. Nothing here decides anything: who may mount or start what is settled above.
@NullMarked
package io.bulkhead.kernel;

import org.jspecify.annotations.NullMarked;
