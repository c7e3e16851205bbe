package io.bulkhead.container;

import io.bulkhead.denial.LoggedCalls;
import io.bulkhead.kernel.SyscallRecorder;
import io.bulkhead.kernel.SyscallRecorder.Count;
import java.util.List;

/// Counts the calls of one container while it is open.
sealed interface CallCounter extends AutoCloseable {

    /// Since the beginning.
    List<Count> counts();

    /// What a recording says about how it was seen.
    String method();

    /// Everything that was called before has been counted when this returns.
    void settle();

    @Override
    void close();

    record ByProgram(SyscallRecorder recorder) implements CallCounter {
        @Override
        public List<Count> counts() {
            return recorder.counts();
        }

        @Override
        public String method() {
            return "ebpf";
        }

        @Override
        public void settle() {
            // The program counts at the call.
        }

        @Override
        public void close() {
            recorder.close();
        }
    }

    record ByRecords(LoggedCalls calls) implements CallCounter {
        @Override
        public List<Count> counts() {
            return calls.counts();
        }

        @Override
        public String method() {
            return calls.hasGaps() ? "log, with gaps" : "log";
        }

        @Override
        public void settle() {
            calls.settle();
        }

        @Override
        public void close() {
            calls.close();
        }
    }
}
