package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A daemon whose record goes to a real rsyslogd and a real systemd-journald.
@Timeout(180)
class RecordedSecretsTest {

    /// In two forms: headers are sent in Base64.
    private static final String SECRET = "hunter2-correct-horse";

    private static RunningDaemon daemon;
    private static Process syslog;
    private static Process journal;

    @BeforeAll
    static void start() throws IOException {
        String missing = RunningDaemon.missing();
        assumeTrue(missing.isEmpty(), "needs " + missing);
        for (String program : List.of("/usr/sbin/rsyslogd", "/lib/systemd/systemd-journald", "/usr/bin/journalctl")) {
            assumeTrue(Files.isExecutable(Path.of(program)), "needs " + program);
        }
        daemon = RunningDaemon.prepare("");
        Path home = daemon.home();
        syslog = rsyslogd(home);
        journal = journald(home);
        Files.writeString(
                home.resolve("bulkhead.yaml"), Files.readString(home.resolve("bulkhead.yaml")) + """
                audit:
                  checkpoint: {records: 20}
                  sinks:
                    - {type: syslog, to: 'unix://%1$s/log.sock'}
                    - {type: journal, to: 'unix://%1$s/sd/journal/socket'}
                """.formatted(home));
        daemon.begin();
        Path tar = home.resolve("small.tar");
        SmallRoot.write(tar);
        daemon.docker("import", "--change", "CMD [\"/bin/sh\"]", tar.toString(), IMAGE)
                .orFail();
    }

    private static Process rsyslogd(Path home) throws IOException {
        Files.writeString(home.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s")
                module(load="imuxsock" SysSock.Use="off")
                input(type="imuxsock" Socket="%1$s/log.sock" UseSpecialParser="off" ParseHostname="on"
                      RateLimit.Interval="0")
                action(type="omfile" file="%1$s/kept")
                """.formatted(home));
        Process started = Command.of(
                        List.of("/usr/sbin/rsyslogd", "-n", "-f", home + "/rsyslog.conf", "-i", home + "/rsyslog.pid"))
                .start(
                        ProcessBuilder.Redirect.DISCARD,
                        ProcessBuilder.Redirect.to(home.resolve("rsyslog.err").toFile()));
        Eventually.holds("rsyslogd listens", () -> Files.exists(home.resolve("log.sock")));
        return started;
    }

    /// Told to leave the kernel's auditing and log alone.
    private static Process journald(Path home) throws IOException {
        Files.createDirectories(home.resolve("sd/journal"));
        Files.createDirectories(home.resolve("journal"));
        Files.writeString(
                home.resolve("journald.conf"),
                "[Journal]\nStorage=volatile\nAudit=\nReadKMsg=no\nForwardToSyslog=no\nForwardToWall=no\n");
        Process started = Command.of(List.of(
                        "unshare", "--mount", "--propagation", "private", "sh", "-c", """
                        set -e
                        mount -t tmpfs tmpfs /run
                        mkdir -p /run/systemd /run/log/journal
                        mount --bind "$1/sd" /run/systemd
                        mount --bind "$1/journal" /run/log/journal
                        mount -t tmpfs tmpfs /etc/systemd
                        cp "$1/journald.conf" /etc/systemd/journald.conf
                        exec /lib/systemd/systemd-journald
                        """, "sh", home.toString()))
                .start(
                        ProcessBuilder.Redirect.DISCARD,
                        ProcessBuilder.Redirect.to(home.resolve("journald.err").toFile()));
        Eventually.holds(
                "journald listens or does not run here",
                () -> !started.isAlive() || Files.exists(home.resolve("sd/journal/socket")));
        assumeTrue(started.isAlive(), "systemd-journald does not run here");
        return started;
    }

    @AfterAll
    static void stop() {
        Stream.of(syslog, journal).filter(process -> process != null).forEach(process -> {
            process.destroy();
            Command.endedWithin(process, Command.LIMIT);
        });
        if (daemon != null) {
            daemon.close();
        }
    }

    private static String journal() {
        return Command.run(
                        "journalctl",
                        "--all",
                        "--output=export",
                        "--quiet",
                        "--directory=" + daemon.home().resolve("journal"))
                .said();
    }

    @Test
    void noSecretOfARequestIsInAnySink() throws IOException {
        daemon.said(
                "create",
                "--name",
                "secretive",
                "-e",
                "PASSWORD=" + SECRET,
                "-l",
                "token=" + SECRET,
                "--hostname",
                "h",
                IMAGE,
                "sh",
                "-c",
                "echo " + SECRET);
        daemon.docker("start", "secretive").orFail();
        daemon.docker("run", "--rm", IMAGE, "/nosuch/" + SECRET);
        daemon.docker("exec", "-e", "KEY=" + SECRET, "secretive", "echo", SECRET);
        daemon.docker("create", "--security-opt", "label=" + SECRET, IMAGE);
        daemon.docker("volume", "create", "--label", "token=" + SECRET, "--opt", "password=" + SECRET, "v");
        daemon.docker("login", "-u", "user", "-p", SECRET, "127.0.0.1:1");
        String auth = Base64.getUrlEncoder()
                .encodeToString("{\"username\":\"u\",\"password\":\"%s\"}"
                        .formatted(SECRET)
                        .getBytes(StandardCharsets.UTF_8));
        ask("POST /v1.41/images/create?fromImage=127.0.0.1:1/x&tag=1", "X-Registry-Auth: " + auth, "");
        ask(
                "POST /v1.41/build?buildargs=%7B%22TOKEN%22%3A%22" + SECRET + "%22%7D&remote=https://u:" + SECRET
                        + "@x/y",
                "X-Registry-Config: " + auth,
                "");
        ask(
                "POST /v1.41/auth",
                "X: y",
                "{\"username\":\"u\",\"password\":\"%s\",\"serveraddress\":\"127.0.0.1:1\"}".formatted(SECRET));
        ask(
                "POST /v1.41/containers/create",
                "X: y",
                "{\"Image\":\"small:1\",\"%1$s\":\"%1$s\",\"Env\":[\"%1$s\\u0000\"]}".formatted(SECRET));
        ask("GET /v1.41/nosuch?token=" + SECRET, "Authorization: Bearer " + SECRET, "");

        daemon.said("volume", "create", "the-last-one");
        Path kept = daemon.home().resolve("kept");
        Eventually.holds("rsyslogd has all", () -> text(kept).contains("volume:the-last-one"));
        Eventually.holds("journald has all", () -> journal().contains("volume:the-last-one"));
        Map<String, String> sinks = new TreeMap<>();
        sinks.put("file", text(daemon.state().resolve("audit/audit.log")));
        sinks.put("syslog", text(kept));
        sinks.put("journal", journal());
        sinks.put("log of the daemon", daemon.log());
        sinks.forEach((name, text) ->
                assertThat(text).as(name).isNotEmpty().doesNotContain(SECRET).doesNotContain(auth));
        // What was asked is there all the same, also what failed.
        assertThat(sinks.get("file")).contains("secretive", "image.pull", "image.build", "system.auth", "\"failed\"");
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Command.text(file) : "";
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void ask(String line, String header, String body) {
        String head = line + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n" + header
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n";
        var _ = RawRequest.send(daemon.socket(), head + body);
    }

    @Test
    void aCopyIsCheckedWithoutADaemonAndAChangeInItIsNamed() throws IOException {
        daemon.said("volume", "create", "one");
        Path copy = Files.createDirectory(daemon.home().resolve("copy"));
        Path key = daemon.home().resolve("engine.pub");
        Files.writeString(
                key, daemon.bulkheadCommand("audit", "key").run().orFail().said());
        Path log = Files.copy(daemon.state().resolve("audit/audit.log"), copy.resolve("audit.log"));
        Path bulkhead = daemon.bulkhead();

        Ran whole =
                Command.run(bulkhead.toString(), "audit", "verify", "--file", copy.toString(), "--key", key.toString());
        assertThat(whole.orFail().said()).contains("whole: records 1 to", "signed up to record", "head ");
        String head = whole.said()
                .lines()
                .filter(line -> line.startsWith("head "))
                .findFirst()
                .orElseThrow()
                .split(" ", -1)[1];
        assertThat(Command.run(bulkhead.toString(), "audit", "verify", "--file", log.toString(), "--head", head)
                        .exitCode())
                .isZero();

        Files.writeString(log, Files.readString(log).replaceFirst("volume:one", "volume:two"));
        Ran changed = Command.run(bulkhead.toString(), "audit", "verify", "--file", copy.toString());

        assertThat(changed.exitCode()).isEqualTo(1);
        assertThat(changed.err()).containsPattern("record [0-9]+ was changed");
        assertThat(daemon.bulkheadCommand("audit", "verify").run().orFail().said())
                .contains("whole: records 1 to");
    }

    @Test
    void sinksAndRecordsAreShownToPeople() {
        daemon.said("volume", "create", "shown");

        assertThat(daemon.bulkheadCommand("audit", "sinks").run().orFail().said())
                .contains("syslog: working, syslog unix://", "journal: working");
        assertThat(daemon.bulkheadCommand("audit", "show", "--operation", "volume.create", "--who", "unix:0")
                        .run()
                        .orFail()
                        .said())
                .contains("object=volume:shown allowed rule=", "volume.create object=volume:shown done 201 in ");
        assertThat(daemon.bulkheadCommand("audit", "show", "--decision", "never")
                        .run()
                        .err())
                .contains("allowed, refused, failed");
    }
}
