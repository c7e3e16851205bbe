/// The system call policy language, and what kernels do with filters.
///
/// Start with [SyscallPolicy], what a user wrote; `SyscallPolicy.defaultPolicy().plus("deny:getcwd")` adds an option.
/// [ResolvedPolicy#of] says what it means for a machine and a container's capabilities: the [SeccompProfile] a runtime
/// loads (OCI's `linux.seccomp`), and by [ResolvedPolicy#explain] who decided about a call and what would change that.
/// [BeyondDefault] is what makes a policy a privilege. [Syscalls] and [SyscallGroup] are the names; [FilterStack] reads
/// what the kernel really holds.
///
/// Nothing here may turn an empty or absent policy into "everything allowed". Rules have no order: the narrower wins,
/// and deny wins over allow of the same breadth (docs/seccomp.md).
@NullMarked
package io.bulkhead.seccomp;

import org.jspecify.annotations.NullMarked;
