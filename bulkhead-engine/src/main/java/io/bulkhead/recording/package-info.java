/// Recordings of system calls on disk: what containers really called, by the name that their callers gave.
/// Start with [Recordings]. What becomes of a recording is `io.bulkhead.seccomp.RecordedProfile`; how calls are seen is
/// `io.bulkhead.kernel.SyscallRecorder`. A damaged file is refused, never taken for "nothing was called".
@NullMarked
package io.bulkhead.recording;

import org.jspecify.annotations.NullMarked;
