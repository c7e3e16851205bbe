import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.AuditFile;
import io.bulkhead.audit.AuditReader;
import io.bulkhead.audit.AuditSettings;
import io.bulkhead.audit.Gate;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// See `record` beside this.
public class Record {

    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[0]);
        long seconds = Long.parseLong(arguments[1]);
        var ways = List.of(AuditSettings.Sync.INTERVAL, AuditSettings.Sync.ALWAYS);
        run(work.resolve("warm"), AuditSettings.Sync.INTERVAL, 64, 3);
        double plain = plain(work.resolve("plain"), seconds);
        System.out.printf("lines only written, one thread:  %8.0f lines/s%n", plain);
        for (AuditSettings.Sync sync : ways) {
            for (int callers : new int[] {1, 64, 256}) {
                run(work.resolve(sync + "-" + callers), sync, callers, seconds);
            }
        }
    }

    private static void run(Path directory, AuditSettings.Sync sync, int callers, long seconds) throws Exception {
        var defaults = AuditSettings.DEFAULTS;
        var settings = new AuditSettings(sync, defaults.rotation(), defaults.retention(), defaults.checkpoints());
        var calls = new AtomicLong();
        var waits = new ConcurrentLinkedQueue<long[]>();
        double took;
        try (var file = AuditFile.open(directory, settings, Clock.systemUTC())) {
            var gate = new Gate(new Authorizer(), file);
            var caller = new Caller.UnixUser(
                    0, 0, List.of(), OptionalInt.of((int) ProcessHandle.current().pid()), OptionalLong.of(1000));
            var target = Target.object("volume:data");
            long begun = System.nanoTime();
            long end = begun + seconds * 1_000_000_000L;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < callers; i++) {
                    threads.submit(() -> {
                        long[] own = new long[2_000_000 / callers];
                        int count = 0;
                        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
                            var asked = gate.ask(caller, Operation.VOLUME_INSPECT, target, Set.of());
                            own[count++ % own.length] = System.nanoTime() - now;
                            asked.ended(OptionalInt.of(200), Optional.empty());
                            calls.incrementAndGet();
                        }
                        waits.add(Arrays.copyOf(own, Math.min(count, own.length)));
                        return null;
                    });
                }
            }
            took = (System.nanoTime() - begun) / 1e9;
        }
        var verdict = new AuditReader(directory).verify(List.of(), Optional.empty());
        if (!verdict.whole() || verdict.last() < 2 * calls.get()) {
            throw new IllegalStateException(verdict + " after " + calls);
        }
        long[] all = waits.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        if (!directory.endsWith("warm")) {
            System.out.printf(
                    "%-8s %3d callers:  %8.0f calls/s, %d records, wait median %d us, 99th percentile %d us%n",
                    sync, callers, calls.get() / took, verdict.last(), all[all.length / 2] / 1000, all[all.length / 100 * 99] / 1000);
        }
    }

    private static double plain(Path file, long seconds) throws Exception {
        var line = ByteBuffer.wrap(("x".repeat(420) + "\n").getBytes());
        long lines = 0;
        long begun = System.nanoTime();
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (System.nanoTime() - begun < seconds * 1_000_000_000L) {
                channel.write(line.rewind());
                lines++;
            }
        }
        Files.delete(file);
        return lines / (double) seconds;
    }
}
