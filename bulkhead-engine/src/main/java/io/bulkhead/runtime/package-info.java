/// Drives conmon and the OCI runtime (crun or runc). The only package, with `network` and `image`, that starts programs
/// of
/// the host; their arguments never contain secrets, and their standard streams are pipes or terminals.
@NullMarked
package io.bulkhead.runtime;

import org.jspecify.annotations.NullMarked;
