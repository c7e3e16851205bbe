package io.bulkhead.sink;

import io.bulkhead.audit.AuditException;
import io.bulkhead.audit.AuditReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/// All sinks of this daemon.
public final class Sinks implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration WATCH = Duration.ofMillis(500);

    private final List<Sink> sinks;
    private final Thread watcher = Thread.ofVirtual().name("audit-sinks").unstarted(this::watch);

    private Sinks(List<Sink> sinks) {
        this.sinks = sinks;
    }

    public static Sinks open(Path audit, List<SinkSettings> settings) {
        return open(audit, settings, PATIENCE);
    }

    /// @param audit the directory of the record
    /// @throws AuditException when it cannot be noted how far they have come
    static Sinks open(Path audit, List<SinkSettings> settings, Duration patience) {
        try {
            Path directory = Files.createDirectories(
                    audit.resolve("sinks"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            var reader = new AuditReader(audit);
            var sinks = new Sinks(settings.stream()
                    .map(each -> new Sink(
                            each, () -> destination(each), reader, new Position(directory, each.name()), patience))
                    .toList());
            for (Sink sink : sinks.sinks) {
                sink.start();
            }
            sinks.watcher.start();
            return sinks;
        } catch (IOException failure) {
            throw new AuditException("audit sinks in " + audit + ": cannot be opened", failure);
        }
    }

    private static Destination destination(SinkSettings settings) throws IOException {
        return switch (settings.kind()) {
            case SinkSettings.JournalKind(var socket) -> new Journal(socket);
            case SinkSettings.KernelKind() -> new KernelAudit();
            case SinkSettings.SyslogKind(SinkSettings.Local(var socket), var facility) ->
                new LocalSyslog(socket, new SyslogFormat(facility));
            case SinkSettings.SyslogKind(SinkSettings.Udp udp, var facility) ->
                new UdpSyslog(udp, new SyslogFormat(facility));
            case SinkSettings.SyslogKind(SinkSettings.Tcp tcp, var facility) ->
                StreamSyslog.open(tcp, new SyslogFormat(facility));
        };
    }

    public List<SinkStatus> status() {
        return sinks.stream().map(Sink::status).toList();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(WATCH);
                sinks.forEach(Sink::watch);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    @Override
    public void close() {
        sinks.forEach(Sink::close);
        watcher.interrupt();
    }
}
