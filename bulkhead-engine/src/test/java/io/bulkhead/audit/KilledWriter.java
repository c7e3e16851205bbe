package io.bulkhead.audit;

import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;

/// A process that writes a record until it is killed, and says of each call that it is on it once it was told so.
final class KilledWriter {

    private KilledWriter() {}

    /// @param arguments directory, how to sync, what the names of this round begin with
    public static void main(String[] arguments) throws Exception {
        var settings = new AuditSettings(
                AuditSettings.Sync.valueOf(arguments[1]),
                new AuditSettings.Rotation(64 << 10, Optional.empty()),
                new AuditSettings.Retention(OptionalInt.of(40), Optional.empty(), OptionalLong.empty()),
                new AuditSettings.Checkpoints(7, Duration.ofHours(1)));
        AuditFile file = AuditFile.open(Path.of(arguments[0]), settings, Clock.systemUTC());
        var gate = new Gate(new Authorizer(), file);
        try (var out = new FileOutputStream(java.io.FileDescriptor.out);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < 16; writer++) {
                String name = arguments[2] + "-" + writer + "-";
                var _ = threads.submit(() -> {
                    for (int i = 0; ; i++) {
                        String thing = name + i;
                        gate.ask(new Caller.Engine("test"), Operation.IMAGE_LIST, Target.object(thing), Set.of())
                                .ended(OptionalInt.empty(), Optional.empty());
                        // One write a line: what the other end sees was on the record before.
                        synchronized (out) {
                            out.write((thing + "\n").getBytes(StandardCharsets.US_ASCII));
                        }
                    }
                });
            }
        }
    }
}
