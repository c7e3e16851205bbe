/// The kernel as the engine needs it: about thirty system calls, idmapped mounts, namespaces, child processes with
/// chosen
/// descriptors, and libseccomp. A failed call is a [KernelException] with its errno.
@NullMarked
package io.bulkhead.kernel;

import org.jspecify.annotations.NullMarked;
