package io.bulkhead.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.audit.AuditSettings;
import io.bulkhead.sink.SinkSettings.Address;
import io.bulkhead.sink.SinkSettings.Facility;
import io.bulkhead.sink.SinkSettings.Local;
import io.bulkhead.sink.SinkSettings.SyslogKind;
import io.bulkhead.sink.SinkSettings.Tcp;
import io.bulkhead.sink.SinkSettings.Tls;
import io.bulkhead.sink.SinkSettings.Udp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/// Against a real rsyslogd.
@Timeout(120)
class SyslogTest {

    @TempDir
    Path directory;

    private Sinks open(Address to) {
        return Sinks.open(
                directory.resolve("audit"),
                List.of(new SinkSettings("central", new SyslogKind(to, Facility.AUTHPRIV))),
                Duration.ofSeconds(2));
    }

    private Record record() {
        return new Record(directory.resolve("audit"));
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not within 30 s: " + what);
            }
            Thread.sleep(20);
        }
    }

    enum Way {
        LOCAL,
        UDP,
        TCP
    }

    private static Address to(Way way, Rsyslog server) {
        return switch (way) {
            case LOCAL -> new Local(server.socket);
            case UDP -> new Udp("127.0.0.1", server.udp);
            case TCP -> new Tcp("127.0.0.1", server.tcp, Optional.empty());
        };
    }

    @ParameterizedTest
    @EnumSource
    void theServerStoresTheLinesOfTheRecordAsTheyAre(Way way) throws Exception {
        try (var server = new Rsyslog(directory);
                var record = record()) {
            server.start(false);
            try (var _ = open(to(way, server))) {
                record.calls(0, 20);
                record.call("bad;", Optional.of("conflict"));
                record.refused("no;");

                assertThat(server.keptWith("\"kind\":\"call\"", 22)).hasSize(22);
                assertThat(server.keptWith("\"kind\":\"outcome\"", 21)).hasSize(21);
            }
            var inFile = Files.readAllLines(directory.resolve("audit/audit.log"));
            assertThat(server.kept())
                    .filteredOn(line -> line.contains("\"kind\":\"call\""))
                    .allSatisfy(line -> assertThat(inFile).contains(line.split("\\|", 4)[3].strip()));
            // authpriv is 10: informational, warning, notice.
            assertThat(server.kept()).anyMatch(line -> line.startsWith("86|bulkheadd|volume.inspect|"));
            assertThat(server.kept()).anyMatch(line -> line.startsWith("84|bulkheadd|volume.remove|"));
            assertThat(server.kept()).anyMatch(line -> line.startsWith("85|bulkheadd|volume.inspect|"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheServerMissedComesWhenItIsBack(Way way) throws Exception {
        try (var server = new Rsyslog(directory);
                var record = record()) {
            server.start(false);
            try (var sinks = open(to(way, server))) {
                record.calls(0, 20);
                assertThat(server.keptWith("thing-19;", 1)).isNotEmpty();
                server.stop();
                record.calls(20, 200);
                await(() -> sinks.status().getFirst().state() == SinkStatus.State.FAILING, "the failure is told");
                assertThat(sinks.status().getFirst().problem()).isPresent();

                server.start(false);

                assertThat(server.keptWith("thing-219;", 2)).isNotEmpty();
                await(() -> sinks.status().getFirst().state() == SinkStatus.State.WORKING, "it works again");
            }
            assertAll(server, 220);
        }
    }

    private static void assertAll(Rsyslog server, int count) throws IOException {
        Set<Integer> things = new TreeSet<>();
        for (String line : server.kept()) {
            var thing = line.replaceFirst("^.*\"thing-([0-9]+);.*$", "$1");
            if (thing.matches("[0-9]+")) {
                things.add(Integer.parseInt(thing));
            }
        }
        assertThat(things).hasSize(count);
    }

    @Test
    void whatWasNotSentBeforeTheDaemonEndedComesAfterItsNextStart() throws Exception {
        try (var server = new Rsyslog(directory)) {
            server.start(false);
            server.stop();
            try (var record = record();
                    var _ = open(to(Way.TCP, server))) {
                record.calls(0, 50);
            }
            server.start(false);
            try (var record = record();
                    var _ = open(to(Way.TCP, server))) {
                record.calls(50, 50);
                assertThat(server.keptWith("thing-99;", 2)).isNotEmpty();
            }
            assertAll(server, 100);
        }
    }

    @Test
    void tlsIsSpokenWithTheRightServerAndNoOther() throws Exception {
        Certificates.make(directory);
        var tls = new Tls(
                Optional.of(directory.resolve("ca.pem")),
                Optional.of(directory.resolve("client.pem")),
                Optional.of(directory.resolve("client.key")));
        try (var server = new Rsyslog(directory);
                var record = record()) {
            server.start(true);
            try (var _ = open(new Tcp("localhost", server.tls, Optional.of(tls)))) {
                record.calls(0, 100);
                assertThat(server.keptWith("thing-99;", 2)).hasSize(2);
            }
            assertAll(server, 100);

            // Not the name in its certificate.
            try (var sinks = open(new Tcp("127.0.0.1", server.tls, Optional.of(tls)))) {
                await(() -> sinks.status().getFirst().state() == SinkStatus.State.FAILING, "another name is refused");
            }
            // Not signed by the authority that is trusted.
            var foreign = new Tls(Optional.of(directory.resolve("other-ca.pem")), Optional.empty(), Optional.empty());
            try (var sinks = open(new Tcp("localhost", server.tls, Optional.of(foreign)))) {
                await(() -> sinks.status().getFirst().state() == SinkStatus.State.FAILING, "another CA is refused");
                assertThat(sinks.status().getFirst().problem().orElseThrow()).contains("certification path");
            }
        }
    }

    /// In every way a name can try to be two records, or to write on a terminal.
    @ParameterizedTest
    @EnumSource
    void aHostileNameStaysOneRecordOfPlainText(Way way) throws Exception {
        String hostile =
                "evil\n<0>1 - - - - - - forged\r\0\"'\\|\u001b]0;title\u0007\u001b[2J\u202e\u2028\u0085%s" + "é";
        try (var server = new Rsyslog(directory);
                var record = record()) {
            server.start(false);
            try (var _ = open(to(way, server))) {
                record.call(hostile, Optional.empty());
                record.call("after;", Optional.empty());
                assertThat(server.keptWith("after;", 2)).hasSize(2);
            }
            List<String> evil = server.keptWith("evil", 2);
            assertThat(evil).hasSize(2).allMatch(line -> line.chars().allMatch(each -> each >= ' ' && each < 0x7F));
            assertThat(server.kept()).noneMatch(line -> line.startsWith("0|"));
            String json = evil.getFirst().split("\\|", 4)[3];
            assertThat(JsonMapper.shared().readTree(json).path("object").asString())
                    .isEqualTo(hostile);
        }
    }

    @Test
    void aRecordThatIsTooLongIsShortenedAndStaysJson() throws Exception {
        try (var server = new Rsyslog(directory);
                var record = record()) {
            server.start(false);
            try (var _ = open(to(Way.UDP, server))) {
                record.call("long;" + "x".repeat(20_000), Optional.empty());
                assertThat(server.keptWith("long;", 2)).hasSize(2).allSatisfy(line -> {
                    assertThat(line).hasSizeLessThan(2048);
                    var json = JsonMapper.shared().readTree(line.split("\\|", 4)[3]);
                    assertThat(json.path("cut").asBoolean()).isTrue();
                    assertThat(json.path("digest").asString()).hasSize(64);
                });
            }
        }
    }

    /// It accepts and never reads.
    @Test
    void aServerThatHangsHoldsUpNobodyAndIsLetGo() throws Exception {
        try (var hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var record = record();
                var sinks = open(new Tcp("127.0.0.1", hanging.getLocalPort(), Optional.empty()))) {
            Instant begun = Instant.now();
            for (int i = 0; i < 400; i++) {
                record.call("x".repeat(6000), Optional.empty());
            }
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
            record.calls(0, 3000);
            await(() -> sinks.status().getFirst().state() == SinkStatus.State.FAILING, "it is let go");
            assertThat(sinks.status().getFirst().problem()).contains("a record took longer than 2 s");
        }
    }

    /// It closes each connection after some bytes, whatever was sent.
    @Test
    void aServerThatDropsConnectionsGetsAllInTheEnd() throws Exception {
        var seen = new ByteArrayOutputStream();
        var dropping = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (var record = record()) {
            Thread _ = Thread.ofVirtual().start(() -> {
                for (int connection = 0; ; connection++) {
                    try (Socket socket = dropping.accept()) {
                        byte[] bytes = new byte[512];
                        long left = connection < 3 ? 5000 : Long.MAX_VALUE;
                        for (int length = socket.getInputStream().read(bytes);
                                length >= 0 && left > 0;
                                length = socket.getInputStream().read(bytes)) {
                            seen.write(bytes, 0, length);
                            left -= length;
                        }
                    } catch (IOException _) {
                        if (dropping.isClosed()) {
                            return;
                        }
                    }
                }
            });
            try (var _ = open(new Tcp("127.0.0.1", dropping.getLocalPort(), Optional.empty()))) {
                record.calls(0, 300);
                await(() -> seen.toString(StandardCharsets.US_ASCII).contains("thing-299;"), "the last one");
            }
        } finally {
            dropping.close();
        }
        var missing = new ArrayList<Integer>();
        String all = seen.toString(StandardCharsets.US_ASCII);
        for (int i = 0; i < 300; i++) {
            if (!all.contains("\"thing-" + i + ";\"")) {
                missing.add(i);
            }
        }
        assertThat(missing).isEmpty();
    }

    /// It talks all the time, which no syslog server does.
    @Test
    void aServerThatFloodsIsNoHarm() throws Exception {
        var flooding = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (var record = record()) {
            Thread _ = Thread.ofPlatform().daemon().start(() -> {
                while (true) {
                    try (Socket socket = flooding.accept()) {
                        byte[] noise = new byte[64 * 1024];
                        while (true) {
                            socket.getOutputStream().write(noise);
                        }
                    } catch (IOException _) {
                        if (flooding.isClosed()) {
                            return;
                        }
                    }
                }
            });
            try (var sinks = open(new Tcp("127.0.0.1", flooding.getLocalPort(), Optional.empty()))) {
                record.calls(0, 20);
                await(() -> sinks.status().getFirst().sent() >= 40, "all are sent");
                assertThat(sinks.status().getFirst().state()).isEqualTo(SinkStatus.State.WORKING);
            }
        } finally {
            flooding.close();
        }
    }

    @Test
    void whatWasRemovedBeforeItWasSentIsCountedAndTold() throws Exception {
        var settings = new AuditSettings(
                AuditSettings.Sync.INTERVAL,
                new AuditSettings.Rotation(64 << 10, Optional.empty()),
                new AuditSettings.Retention(OptionalInt.of(1), Optional.empty(), OptionalLong.empty()),
                AuditSettings.DEFAULTS.checkpoints());
        try (var server = new Rsyslog(directory)) {
            server.start(false);
            server.stop();
            try (var record = new Record(directory.resolve("audit"), settings);
                    var sinks = open(to(Way.TCP, server))) {
                record.calls(0, 2000);
                server.start(false);

                assertThat(server.keptWith("\"kind\":\"lost\"", 1)).isNotEmpty();
                assertThat(server.keptWith("thing-1999;", 2)).isNotEmpty();
                assertThat(sinks.status().getFirst().lost()).isPositive();
            }
        }
    }
}
