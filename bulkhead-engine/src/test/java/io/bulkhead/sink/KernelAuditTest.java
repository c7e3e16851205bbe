package io.bulkhead.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.kernel.AuditMessages;
import io.bulkhead.kernel.KernelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Against this kernel's own audit log. Auditing is switched on for the moment of a test where it is off, and off
/// again.
@Timeout(60)
class KernelAuditTest {

    /// Reads the multicast group that journald reads; switches auditing on and back.
    private static final String LISTENER = """
            import socket, struct, sys
            def message(type, payload):
                return struct.pack('=IHHII', 16 + len(payload), type, 5, 1, 0) + payload
            def switch(on):
                s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
                s.send(message(1001, struct.pack('=10I', 1, on, 0, 0, 0, 0, 0, 0, 0, 0)))
                error = struct.unpack('=i', s.recv(8192)[16:20])[0]
                if error: sys.exit('AUDIT_SET: %d' % error)
            listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
            listener.bind((0, 1))
            listener.settimeout(20)
            switch(1)
            try:
                print('ready', flush=True)
                while True:
                    data = listener.recv(16384)
                    if struct.unpack('=H', data[4:6])[0] == 2500:
                        text = data[16:].decode('ascii', 'backslashreplace').rstrip('\\0')
                        print(text, flush=True)
                        if 'THE-END' in text: break
            finally:
                switch(0)
            """;

    @TempDir
    Path directory;

    private static boolean enabled() {
        try {
            return AuditMessages.enabled();
        } catch (KernelException unable) {
            assumeTrue(false, "the kernel's audit log cannot be used: " + unable.getMessage());
            return false;
        }
    }

    private Sinks open() {
        return Sinks.open(
                directory.resolve("audit"),
                List.of(new SinkSettings("kernel", new SinkSettings.KernelKind())),
                Duration.ofSeconds(2));
    }

    @Test
    void whileAuditingIsOffNothingIsSentAndThatIsTold() throws Exception {
        assumeTrue(!enabled(), "auditing is on in this kernel");
        try (var record = new Record(directory.resolve("audit"));
                var sinks = open()) {
            record.calls(0, 10);
            Instant end = Instant.now().plusSeconds(20);
            while (sinks.status().getFirst().position() < 20 && Instant.now().isBefore(end)) {
                Thread.sleep(20);
            }

            SinkStatus status = sinks.status().getFirst();
            assertThat(status.state()).isEqualTo(SinkStatus.State.OFF);
            assertThat(status.problem().orElseThrow()).contains("auditctl -e 1");
            assertThat(status.sent()).isZero();
            assertThat(status.position()).as("passed over").isGreaterThan(19);
        }
    }

    @Test
    void callsAreInTheKernelsLogAndHostileNamesStayValues() throws Exception {
        assumeTrue(!enabled(), "auditing is on in this kernel: it is not for a test to switch it");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        String hostile = "x\" res=success\nuid=0";
        List<String> seen = new ArrayList<>();
        Process listener = new ProcessBuilder("python3", "-c", LISTENER)
                .redirectError(directory.resolve("python.err").toFile())
                .start();
        try (BufferedReader lines = listener.inputReader();
                var record = new Record(directory.resolve("audit"))) {
            String first = lines.readLine();
            assumeTrue("ready".equals(first), () -> "auditing cannot be switched on: " + error());
            try (var _ = open()) {
                record.call("volume:data", Optional.empty());
                record.call("volume:data", Optional.of("conflict"));
                record.refused(hostile);
                record.call("THE-END", Optional.empty());
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    seen.add(line);
                }
            }
        } finally {
            listener.destroy();
            listener.waitFor();
        }
        assertThat(enabled()).as("auditing is off again").isFalse();
        assertThat(seen)
                .anyMatch(line -> line.contains("virt=bulkhead op=\"volume.inspect\" reason=api")
                        && line.contains("object=\"volume:data\" res=success"));
        assertThat(seen).anyMatch(line -> line.contains("error=\"conflict\" res=failed"));
        String hex = HexFormat.of().withUpperCase().formatHex(hostile.getBytes(StandardCharsets.UTF_8));
        assertThat(seen)
                .anyMatch(line -> line.contains("reason=refused")
                        && line.contains("subject=\"unix:1000\" object=" + hex + " res=failed"));
    }

    private String error() {
        try {
            return Files.readString(directory.resolve("python.err"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
