package io.bulkhead.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.audit.AuditSettings;
import io.bulkhead.container.EngineSettings.StaticIds;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.sink.SinkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "\n\n", "socket:\n", "ids: {}\n"})
    void everythingHasADefault(String text) {
        Config config = ConfigFile.parse(text);

        assertThat(config.socket().path()).hasToString("/run/bulkhead/bulkhead.sock");
        assertThat(config.socket().mode()).isEqualTo(0600);
        assertThat(config.socket().group()).isEmpty();
        assertThat(config.tcp()).isEmpty();
        assertThat(config.state()).hasToString("/var/lib/bulkhead");
        assertThat(config.run()).hasToString("/run/bulkhead");
        assertThat(config.ids()).isEqualTo(new IdRange(1_000_000_000, 1_000_000_000));
        assertThat(config.staticIds()).isEmpty();
        assertThat(config.userns().of("unix:0").spelling()).isEqualTo("auto");
        assertThat(config.programs().runtimeBinary()).hasToString("/usr/bin/crun");
        assertThat(config.log()).isEqualTo(new Config.Log(LogFormat.TEXT, System.Logger.Level.INFO));
        assertThat(config.bridge().subnet()).isEmpty();
        assertThat(config.certificates()).hasToString("/etc/bulkhead/certs.d");
        assertThat(config.logLimit()).isEqualTo(16 << 20);
        assertThat(config.grace()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void tcpIsReadWithItsFiles() {
        Config.Tcp tcp = ConfigFile.parse("""
                tcp:
                  listen: ["127.0.0.1:2376", "[::1]:2376", "0.0.0.0:0"]
                  certificate: /e/cert.pem
                  key: /e/key.pem
                  client-ca: /e/ca.pem
                  crl: /e/crl.pem
                  tokens: true
                """).tcp().orElseThrow();

        assertThat(TcpConfig.shown(tcp.listen()))
                .containsExactly("127.0.0.1:2376", "[0:0:0:0:0:0:0:1]:2376", "0.0.0.0:0");
        assertThat(tcp.files().clientAuthorities()).contains(Path.of("/e/ca.pem"));
        assertThat(tcp.files().revocations()).contains(Path.of("/e/crl.pem"));
        assertThat(tcp.tokens()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                          | tcp.listen: there is no address to listen on
            {listen: []}                                                | tcp.listen: there is no address to listen on
            {listen: ["127.0.0.1:2375"]}                                | without TLS everybody who reaches the port
            {listen: ["127.0.0.1:2375"], certificate: /c}               | without TLS everybody who reaches the port
            {listen: ["127.0.0.1:2375"], client-ca: /c, tokens: true}   | without TLS everybody who reaches the port
            {listen: ["1.2.3.4:1"], certificate: /c, key: /k}           | tcp.client-ca: without it nobody
            {listen: ["1.2.3.4:1"], certificate: /c, key: /k, tokens: false} | tcp.client-ca: without it nobody
            {listen: ["1.2.3.4:1"], certificate: /c, key: /k, tokens: true, crl: /r} | tcp.crl: there is no tcp.client-ca
            {listen: ["1.2.3.4:1"], certificate: c, key: /k, client-ca: /a}  | `c` is not an absolute path
            {listen: [localhost:1], certificate: /c, key: /k, client-ca: /a} | is not an address and a port
            {listen: ["1.2.3.4"], certificate: /c, key: /k, client-ca: /a}   | is not an address and a port
            {listen: ["::1:2376"], certificate: /c, key: /k, client-ca: /a}  | is not an address and a port
            {listen: ["1.2.3:80"], certificate: /c, key: /k, client-ca: /a}  | is not an address and a port
            {listen: ["1.2.3.4:65536"], certificate: /c, key: /k, client-ca: /a} | is not an address and a port
            {listen: ["1.2.3.4:1"], certificate: /c, key: /k, cilent-ca: /a} | did you mean `client-ca`
            """)
    void tcpWithoutTlsOrWithoutCallersIsRefused(String keys, String problem) {
        assertThatThrownBy(() -> ConfigFile.parse("tcp: " + keys + "\n"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void everyKeyIsRead() {
        Config config = ConfigFile.parse("""
                socket:
                  path: /run/b.sock
                  mode: 0660
                  group: adm
                state: /srv/b/../c
                run: /run/b
                ids:
                  first: 2000000000
                  count: 65536
                  static: {registry: /mnt/ids, first: 3000000000, count: 1000000, tenant: acme}
                runtime:
                  default: runc
                  crun: /opt/crun
                  runc: /opt/runc
                  conmon: /opt/conmon
                log:
                  level: debug
                  format: json
                network:
                  bridge: br9
                  subnet: 10.9.0.0/16
                registries:
                  certificates: /srv/certs
                containers:
                  log-size: 10m
                  userns: auto:size=1000
                  userns-of: {"unix:1000": single}
                shutdown-seconds: 3
                """);

        assertThat(config.socket())
                .isEqualTo(new Config.Socket(Path.of("/run/b.sock"), 0660, java.util.Optional.of("adm")));
        assertThat(config.state()).hasToString("/srv/c");
        assertThat(config.ids()).isEqualTo(new IdRange(2_000_000_000, 65_536));
        assertThat(config.staticIds())
                .contains(new StaticIds(Path.of("/mnt/ids"), new IdRange(3_000_000_000L, 1_000_000), "acme"));
        assertThat(config.userns().of("unix:1000").spelling()).isEqualTo("single");
        assertThat(config.userns().of("unix:0").spelling()).isEqualTo("auto:size=1000");
        assertThat(config.programs().runtimeBinary()).hasToString("/opt/runc");
        assertThat(config.programs().monitor()).hasToString("/opt/conmon");
        assertThat(config.log()).isEqualTo(new Config.Log(LogFormat.JSON, System.Logger.Level.DEBUG));
        assertThat(config.bridge()).isEqualTo(new Config.Bridge("br9", java.util.Optional.of("10.9.0.0/16")));
        assertThat(config.certificates()).hasToString("/srv/certs");
        assertThat(config.logLimit()).isEqualTo(10 << 20);
        assertThat(config.grace()).isEqualTo(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "state: /a\\nsokcet: {}|:2: there is no key `sokcet`; did you mean `socket`?",
                "socket:\\n  path: /a\\n  mod: 0600|:3: there is no key `mod`; did you mean `mode`?",
                "state: /a\\nsokcet:\\n\\n  path: /a|:2: there is no key `sokcet`",
                "log: {colour: red}|:1: there is no key `colour`; there are format, level",
                "state: /a\\nstate: /b|:2: ",
                "state: [|:1: ",
                "state: {a: b}|:1: ",
                "ids: {first: many}|:1: ",
                "a string|:1: ",
                "state: /a\\n---\\nstate: /b|:",
                "state: var|: state: `var` is not an absolute path",
                "socket: {mode: 0777}|: socket.mode: `0777` is not a mode",
                "socket: {mode: rw}|: socket.mode: `rw` is not a mode",
                "runtime: {default: kata}|: runtime.default: `kata` is none of crun, runc",
                "log: {level: loud}|: log.level: `loud` is none of",
                "containers: {log-size: 10 MB}|: containers.log-size: `10 MB` is not a size",
                "containers: {recording: guess}|: containers.recording: `guess` is none of auto, ebpf, log",
                "shutdown-seconds: -1|: shutdown-seconds: -1 is outside 0..3600",
                "ids: {static: {tenant: a}}|: ids.static.registry: there is no default",
                "ids: {static: {registry: /a, tenant: a/b}}|: ids.static.tenant: `a/b` is not a plain name",
                "containers: {userns: keep-id}|: containers.userns: `keep-id`: there is no such mode",
                "containers: {userns-of: {alice: auto}}|: containers.userns-of.alice: a caller is written",
                "containers: {userns-of: {'unix:1': x}}|: containers.userns-of.unix:1: `x`: there is no such mode",
                "ids: {first: -1}|: first id -1 is outside",
                "ids: {first: 4294967294, count: 2}|: range 4294967294+2 is empty or runs past"
            })
    void aMistakeIsShownWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> ConfigFile.parse(text.replace("\\n", "\n")))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void theFileIsNamedInTheMessage() throws IOException {
        Path file = Files.writeString(directory.resolve("b.yaml"), "stat: /a\n");

        assertThatThrownBy(() -> ConfigFile.read(file, true))
                .hasMessage(file + ":1: there is no key `stat`; did you mean `state`?");
    }

    @Test
    void aFileThatWasAskedForMustExist() {
        Path missing = directory.resolve("none.yaml");

        assertThatThrownBy(() -> ConfigFile.read(missing, true)).hasMessageStartingWith(missing + ": cannot be read");
        assertThat(ConfigFile.read(missing, false)).isEqualTo(ConfigFile.parse(""));
    }

    @Test
    void anIdPoolWithASystemUserInItIsRefused() throws IOException {
        Files.writeString(directory.resolve("passwd"), "root:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n");
        Files.writeString(directory.resolve("group"), "root:x:0:\nstaff:x:5000:\n");

        IdPool.requireApart(new IdRange(10, 5), new IdRange(15, 5));
        assertThatThrownBy(() -> IdPool.requireApart(new IdRange(10, 6), new IdRange(15, 5)))
                .hasMessageContaining("overlap");
        IdPool.requireFree(new IdRange(1_000_000, 1000), directory);
        assertThatThrownBy(() -> IdPool.requireFree(new IdRange(1000, 1), directory))
                .hasMessageContaining("contains the user alice (1000")
                .hasMessageContaining("set ids.first");
        assertThatThrownBy(() -> IdPool.requireFree(new IdRange(4000, 2000), directory))
                .hasMessageContaining("contains the group staff (5000");
    }

    @Test
    void theRecordIsKeptAsTheFileSays() {
        Config.Audit audit = ConfigFile.parse("""
                audit:
                  sync: always
                  rotate: {size: 10m, age: 7d}
                  keep: {files: 20, age: 365d, size: 10g}
                  checkpoint: {records: 100, every: 1m}
                  sinks:
                    - {type: journal}
                    - {type: kernel}
                    - {type: syslog}
                    - {name: near, type: syslog, to: 'udp://127.0.0.1', facility: audit}
                    - {name: far, type: syslog, to: 'tls://logs.example:7000', ca: /ca.pem, certificate: /c.pem, key: /k.pem}
                """).audit();

        assertThat(audit.record().sync()).isEqualTo(AuditSettings.Sync.ALWAYS);
        assertThat(audit.record().rotation())
                .isEqualTo(new AuditSettings.Rotation(10 << 20, Optional.of(Duration.ofDays(7))));
        assertThat(audit.record().retention())
                .isEqualTo(new AuditSettings.Retention(
                        OptionalInt.of(20), Optional.of(Duration.ofDays(365)), OptionalLong.of(10L << 30)));
        assertThat(audit.record().checkpoints()).isEqualTo(new AuditSettings.Checkpoints(100, Duration.ofMinutes(1)));
        assertThat(audit.sinks())
                .extracting(SinkSettings::where)
                .containsExactly(
                        "journal /run/systemd/journal/socket",
                        "kernel",
                        "syslog unix:///dev/log",
                        "syslog udp://127.0.0.1:514",
                        "syslog tls://logs.example:7000");
    }

    @Test
    void nothingOfTheRecordIsRemovedAndNothingIsCopiedByDefault() {
        Config.Audit audit = ConfigFile.parse("").audit();

        assertThat(audit.record()).isEqualTo(AuditSettings.DEFAULTS);
        assertThat(audit.record().retention())
                .isEqualTo(new AuditSettings.Retention(OptionalInt.empty(), Optional.empty(), OptionalLong.empty()));
        assertThat(audit.sinks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    audit: {sync: sometimes}                     | audit.sync: `sometimes` is none of
                    audit: {rotate: {size: 1k}}                  | smaller than 64k
                    audit: {rotate: {size: -1}}                  | audit.rotate.size: `-1` is no size
                    audit: {rotate: {age: soon}}                 | audit.rotate.age: `soon` is not a time
                    audit: {keep: {files: 0}}                    | audit.keep.files: 0 is fewer than one
                    audit: {checkpoint: {records: 0}}            | both must be more than nothing
                    audit: {sink: []}                            | there is no key `sink`
                    audit: {sinks: [{to: 'unix:///dev/log'}]}    | audit.sinks[0].type
                    audit: {sinks: [{type: mail}]}               | audit.sinks[0].type: `mail` is none of
                    audit: {sinks: [{type: syslog}, {type: syslog}]}                | two sinks called syslog
                    audit: {sinks: [{type: syslog, to: 'http://x:1'}]}              | `http://x:1` is none of unix:///PATH
                    audit: {sinks: [{type: syslog, to: 'tcp://x:1/y'}]}             | is none of unix:///PATH
                    audit: {sinks: [{type: syslog, to: 'tcp://x', ca: /ca.pem}]}    | are for tls://, and this is tcp://
                    audit: {sinks: [{type: syslog, to: 'tls://x', key: /k.pem}]}    | a key its certificate
                    audit: {sinks: [{type: kernel, facility: auth}]}                | are for syslog
                    audit: {sinks: [{type: journal, name: 'a b'}]}                  | a sink's name is of small letters
                    """)
    void aWrongSettingOfTheRecordIsRefused(String text, String problem) {
        assertThatThrownBy(() -> ConfigFile.parse(text))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(problem);
    }
}
