package io.bulkhead.dockerapi;

import io.bulkhead.audit.AuditFile;
import io.bulkhead.chain.CheckpointKey;
import io.bulkhead.sink.SinkStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The record as those see it who may read it.
///
/// @param directory where it is kept
/// @param key what checkpoints are signed with
/// @param lostOutcomes how many operations ended without a record of that
public record AuditTrail(
        Path directory, CheckpointKey key, Supplier<List<SinkStatus>> sinks, LongSupplier lostOutcomes) {

    public static AuditTrail of(Path directory, AuditFile file, Supplier<List<SinkStatus>> sinks) {
        return new AuditTrail(directory, file.key(), sinks, file::lostOutcomes);
    }
}
