package io.bulkhead.audit;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// How the record is kept.
public record AuditSettings(Sync sync, Rotation rotation, Retention retention, Checkpoints checkpoints) {

    /// Nothing is ever removed unless somebody chose that.
    public static final AuditSettings DEFAULTS = new AuditSettings(
            Sync.INTERVAL,
            new Rotation(64L << 20, Optional.empty()),
            new Retention(OptionalInt.empty(), Optional.empty(), OptionalLong.empty()),
            new Checkpoints(1000, Duration.ofMinutes(10)));

    /// When a line is on the disk.
    public enum Sync {
        /// Written before the answer, on the disk within 100 ms: survives the end of the process at once, and a power
        /// cut after that time.
        INTERVAL,
        /// On the disk before the answer; lines of callers that wait at the same time go together.
        ALWAYS
    }

    /// When a new file is begun.
    public record Rotation(long bytes, Optional<Duration> age) {
        public Rotation {
            if (bytes < 64 << 10) {
                throw new IllegalArgumentException("audit files of " + bytes + " bytes are smaller than 64k");
            }
        }
    }

    /// Which of the older files stay: all that break none of these. The file being written always stays.
    ///
    /// @param files how many older files at most
    /// @param age of the newest record in a file
    /// @param bytes of all older files together
    public record Retention(OptionalInt files, Optional<Duration> age, OptionalLong bytes) {}

    /// A checkpoint at the latest after so many records, and after so long if there was any.
    public record Checkpoints(int records, Duration pause) {
        public Checkpoints {
            if (records < 1 || !pause.isPositive()) {
                throw new IllegalArgumentException(
                        "a checkpoint after " + records + " records or " + pause + ": both must be more than nothing");
            }
        }
    }
}
