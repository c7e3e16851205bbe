/// Questions about system call policies: what one allows, what it does with a call, how two differ. Start with
/// [SeccompRoutes]. Nothing here changes or loads a policy, and a container's is read only after the gate said yes.
@NullMarked
package io.bulkhead.dockerapi.seccomp;

import org.jspecify.annotations.NullMarked;
