/// Seccomp profiles as JSON: Docker's format read and written, OCI's `linux.seccomp` written. Start with
/// [ProfileReader] and [ProfileWriter]. What a profile means is in `io.bulkhead.seccomp`; nothing here decides.
@NullMarked
package io.bulkhead.profile;

import org.jspecify.annotations.NullMarked;
