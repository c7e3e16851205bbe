package io.bulkhead.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.kernel.SyscallRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is recorded of a server under load is fewer than 100 calls, and enough for the same load.
@WithDaemon
@Timeout(600)
class RecordedServersTest {

    private static final int FEWER_THAN = 100;

    /// Without them glibc and the servers go on: the default policy refuses them too.
    private static final List<String> FALLEN_BACK_FROM = List.of("clone3");

    @TempDir
    static Path temp;

    private final RunningDaemon daemon;

    RecordedServersTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void theKernelCountsAndThereAreServers() throws IOException {
        Optional<String> obstacle = SyscallRecorder.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "needs a kernel that takes eBPF programs: " + obstacle);
        ProgramsImage.SMALL.requireIn(daemon);
    }

    /// As Debian configures it.
    @Test
    void nginxServesUnderItsOwnProfile() throws IOException {
        String[] server = {"nginx", "-g", "daemon off;"};

        load("nginx", recording("nginx"), server, this::requests);
        String profile = profile("nginx");
        load("nginx", "seccomp=" + profile, server, this::requests);

        assertThat(allowed(profile)).hasSizeLessThan(FEWER_THAN).contains("accept4", "epoll_wait");
        assertThat(refused("nginx")).isSubsetOf(FALLEN_BACK_FROM);
    }

    private void requests(String address) {
        String page = "http://" + address + "/index.nginx-debian.html";
        Eventually.holds(
                "nginx answers", () -> client("ab", "-q", "-n", "1", page).exitCode() == 0);
        for (String kept : List.of("-q", "-k")) {
            String said = client("ab", "-q", kept, "-n", "5000", "-c", "20", page)
                    .orFail()
                    .said();
            assertThat(said).contains("Complete requests:      5000", "Failed requests:        0");
            assertThat(said).doesNotContain("Non-2xx");
        }
    }

    /// With everything written to a log that is rewritten, and saved, both by children.
    @Test
    void redisServesUnderItsOwnProfile() throws IOException {
        String[] server = {
            "redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/tmp", "--appendonly", "yes"
        };

        load("redis", recording("redis"), server, this::commands);
        String profile = profile("redis");
        load("redis", "seccomp=" + profile, server, this::commands);

        assertThat(allowed(profile)).hasSizeLessThan(FEWER_THAN).contains("accept4", "epoll_wait", "fdatasync");
        assertThat(refused("redis")).isSubsetOf(FALLEN_BACK_FROM);
    }

    private void commands(String address) {
        Eventually.holds(
                "redis answers",
                () -> client("redis-cli", "-h", address, "ping").said().equals("PONG"));
        String said = client("redis-benchmark", "-h", address, "--csv", "-n", "5000", "-c", "20")
                .orFail()
                .said();
        assertThat(said.lines().filter(line -> line.startsWith("\"")).count()).isGreaterThan(15);
        assertThat(said).doesNotContain("rror");
        for (String rewriting : List.of("bgrewriteaof", "bgsave")) {
            client("redis-cli", "-h", address, rewriting).orFail();
            Eventually.holds("it is written", () -> {
                String state = client("redis-cli", "-h", address, "info", "persistence")
                        .said();
                return state.contains("rdb_bgsave_in_progress:0") && state.contains("aof_rewrite_in_progress:0");
            });
        }
        assertThat(client("redis-cli", "-h", address, "info", "persistence").said())
                .contains("rdb_last_bgsave_status:ok", "aof_last_bgrewrite_status:ok", "aof_last_write_status:ok");
    }

    private interface Load {
        void on(String address);
    }

    /// Runs the server until its load is done, and stops it as an administrator would.
    private void load(String name, String option, String[] server, Load load) {
        var words = new ArrayList<>(List.of("run", "-d", "--name", name, "--security-opt", option));
        words.add(ProgramsImage.SMALL.reference());
        words.addAll(List.of(server));
        daemon.said(words.toArray(String[]::new));
        load.on(daemon.inspect(name, "{{.NetworkSettings.IPAddress}}"));
        daemon.said("stop", name);
        assertThat(daemon.inspect(name, "{{.State.ExitCode}}")).isEqualTo("0");
        daemon.said("rm", name);
    }

    /// In a container of its own, so that it is not recorded.
    private Ran client(String... program) {
        var words = new ArrayList<>(List.of(ProgramsImage.SMALL.reference()));
        words.addAll(List.of(program));
        return daemon.run(words.toArray(String[]::new));
    }

    private static String recording(String name) {
        return "seccomp:record=" + name;
    }

    private String profile(String name) {
        Path file = temp.resolve(name + ".json");
        daemon.bulkheadCommand("seccomp", "recorded", "-o", file.toString(), name)
                .run()
                .orFail();
        return file.toString();
    }

    private static SortedSet<String> allowed(String file) throws IOException {
        var allowed = new TreeSet<String>();
        for (JsonNode entry :
                JsonMapper.shared().readTree(Files.readString(Path.of(file))).get("syscalls")) {
            if (entry.get("action").asString().equals("SCMP_ACT_ALLOW")) {
                entry.get("names").forEach(name -> allowed.add(name.asString()));
            }
        }
        return allowed;
    }

    /// Of all containers of this name, those that are gone included.
    private SortedSet<String> refused(String name) {
        var refused = new TreeSet<String>();
        String json = daemon.bulkheadCommand("denials", "--format", "json")
                .run()
                .orFail()
                .said();
        JsonMapper.shared()
                .readTree(json)
                .valueStream()
                .filter(denial -> denial.get("Name").asString().equals(name))
                .forEach(denial -> refused.add(denial.get("Call").asString()));
        return refused;
    }
}
