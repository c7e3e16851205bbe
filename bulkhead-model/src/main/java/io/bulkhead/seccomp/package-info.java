/// The system call policy language: what a user wrote ([SyscallPolicy]) and what it resolves to ([SeccompProfile], the
/// OCI `linux.seccomp` object). Nothing here may turn an empty or absent policy into "everything allowed".
@NullMarked
package io.bulkhead.seccomp;

import org.jspecify.annotations.NullMarked;
