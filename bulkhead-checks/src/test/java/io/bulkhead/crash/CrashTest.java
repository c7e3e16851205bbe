package io.bulkhead.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.crash.Crash.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Kills the daemon with SIGKILL at many points of every operation and holds the next daemon to what the last one
/// answered. Nothing in the engine helps: the points are spread over the time each operation takes.
@Timeout(600)
class CrashTest {

    private static final int KILLS = Integer.getInteger("bulkhead.crash.kills", 60);
    private static final long SEED = Long.getLong("bulkhead.crash.seed", new Random().nextLong());

    private static final long BUDGET = TimeUnit.SECONDS.toNanos(Long.getLong("bulkhead.crash.seconds", 180));

    private CrashDaemon daemon;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        for (String program : List.of(
                "/usr/bin/unshare",
                "/usr/bin/nsenter",
                "/usr/bin/crun",
                "/usr/bin/conmon",
                "/usr/sbin/nft",
                "/bin/busybox")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of(program)), "needs " + program);
        }
        daemon = CrashDaemon.open();
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.close();
        }
    }

    @Test
    void whatWasAnsweredSurvivesAKillAtAnyPoint() throws Exception {
        System.out.println("bulkhead.crash.seed=" + SEED);
        var random = new Random(SEED);
        Box keeper = Box.create(daemon, "keeper", Map.of(), Box.COUNTER).started();
        int pid = keeper.pid();
        Map<Kind, Long> durations = durations(keeper);
        Residue before = daemon.residue();

        int number = 0;
        long end = System.nanoTime() + BUDGET;
        for (Point point : points(random)) {
            if (System.nanoTime() > end) {
                break;
            }
            kill(point.kind, keeper, ++number, (long) (durations.getOrDefault(point.kind, 0L) * point.when));
            assertThat(keeper.pid()).isEqualTo(pid);
            keeper.requireTruth();
            keeper.requireWholeCount();
            requireNothingLeft(before);
        }
        System.out.println(number + " kills");
    }

    /// @param when as a part of the time the operation takes; what follows the answer must not need the daemon either
    private record Point(Kind kind, double when) {}

    /// Shuffled, so that a slow host's budget is spent on all operations.
    private static List<Point> points(Random random) {
        var points = new ArrayList<Point>();
        for (Kind kind : Kind.values()) {
            int kills = Math.max(1, KILLS * kind.share / 20);
            for (int i = 0; i < kills; i++) {
                points.add(new Point(kind, 1.2 * (i + random.nextDouble()) / kills));
            }
        }
        Collections.shuffle(points, random);
        return points;
    }

    /// The second time, when everything is loaded.
    private Map<Kind, Long> durations(Box keeper) {
        var durations = new EnumMap<Kind, Long>(Kind.class);
        for (Kind kind : Kind.values()) {
            for (int i = 0; i < 2; i++) {
                Crash crash = kind.prepare(daemon, keeper, 1000 + i);
                long begin = System.nanoTime();
                Api.Answer answer = crash.ask();
                durations.put(kind, System.nanoTime() - begin);
                crash.check(answer);
            }
        }
        System.out.println("nanoseconds " + durations);
        return durations;
    }

    private void kill(Kind kind, Box keeper, int number, long delay) throws Exception {
        boolean withEnding = number % 4 == 0;
        Crash crash = kind.prepare(daemon, keeper, number);
        Box ending = withEnding
                ? Box.create(daemon, "ending-" + number, Map.of(), "sleep 0.3; echo end; exit 7")
                        .started()
                : keeper;
        CompletableFuture<Api.Answer> asked = CompletableFuture.supplyAsync(crash::ask, Thread::startVirtualThread);
        LockSupport.parkNanos(delay);
        daemon.kill();
        Api.Answer answer = asked.get(60, TimeUnit.SECONDS);
        if (number % 10 == 0) {
            AuditChainCheck.tear(auditFile());
        }
        try {
            daemon.start();
            AuditChainCheck.verify(auditFile());
            crash.check(answer);
            if (withEnding) {
                assertThat(ending.waitForEnd()).as(ending.inspect().body()).isEqualTo(7);
                assertThat(ending.exitCode()).isEqualTo(7);
                assertThat(ending.output()).isEqualTo("end\n");
                ending.remove();
            }
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "kill " + number + " during " + kind + " after " + delay + " ns, answered " + answer + ", log: "
                            + Files.readString(daemon.log()),
                    failure);
        }
    }

    /// The bridge comes with the first container that uses it and stays as long as the daemon.
    private Residue afterTheFirst() throws IOException, InterruptedException {
        Box.create(daemon, "first", Map.of(), Box.COUNTER).started().remove();
        return daemon.residue();
    }

    private Path auditFile() {
        return daemon.state().resolve("audit/audit.log");
    }

    /// Monitors end a moment after their containers.
    private void requireNothingLeft(Residue before) throws IOException, InterruptedException {
        long end = System.nanoTime() + Box.LIMIT;
        while (!daemon.residue().equals(before) && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(daemon.residue()).as(Files.readString(daemon.log())).isEqualTo(before);
    }

    @Test
    void aContainerOfAKilledDaemonIsServedByTheNext() throws Exception {
        Residue before = afterTheFirst();
        Box counter = Box.create(daemon, "counter", Map.of(), Box.COUNTER).started();
        Box again = Box.create(daemon, "again", Map.of("RestartPolicy", Map.of("Name", "always")), Box.COUNTER)
                .started();
        Box failing = Box.create(
                        daemon,
                        "failing",
                        Map.of("RestartPolicy", Map.of("Name", "on-failure", "MaximumRetryCount", 2)),
                        "sleep 0.4; exit 3")
                .started();

        daemon.kill();
        daemon.start();

        assertThat(docker("exec", "counter", "echo", "hello")).isEqualTo("hello\n");
        requireLive("logs", "-f", "--tail", "1", "counter");
        requireLive("attach", "--no-stdin", "--sig-proxy=false", "counter");
        var waiting = CompletableFuture.supplyAsync(counter::waitForEnd, Thread::startVirtualThread);
        assertThat(docker("stop", "counter")).isEqualTo("counter\n");
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(5);
        counter.requireWholeCount();
        int pid = again.pid();
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
        assertThat(Box.eventually(() -> again.running() && again.pid() != pid)).isTrue();
        assertThat(Box.eventually(() -> !failing.running()
                        && failing.inspect().json().path("RestartCount").asInt() == 2
                        && failing.exitCode() == 3))
                .as(failing.inspect().body())
                .isTrue();
        for (Box box : List.of(counter, again, failing)) {
            box.requireTruth();
            box.remove();
        }
        requireNothingLeft(before);
    }

    @Test
    void aSecondDaemonOnTheSameStateIsRefused() throws Exception {
        assertThat(daemon.startSecond()).contains("another bulkheadd").contains("stop it first");

        assertThat(daemon.api().get("/_ping").status()).isEqualTo(200);
    }

    /// CVE-2020-14370: Podman's API server leaked variables from one container into the next.
    @Test
    void aHundredContainersAtOnceSeeTheirOwnEnvironmentAndLeaveNothing() throws Exception {
        Residue before = afterTheFirst();
        var results = new ArrayList<Future<String>>();

        try (var threads = Executors.newFixedThreadPool(20)) {
            for (int i = 0; i < 100; i++) {
                int number = i;
                results.add(threads.submit(() -> environment(number)));
            }
        }

        for (int i = 0; i < 100; i++) {
            assertThat(results.get(i).get().lines().filter(line -> line.startsWith("TOKEN")))
                    .containsExactly("TOKEN_" + i + "=" + i);
        }
        requireNothingLeft(before);
    }

    private String environment(int number) {
        Map<String, Object> network = Map.of("NetworkMode", number % 2 == 0 ? "bridge" : "none");
        Api.Answer answer = daemon.api()
                .post("/containers/create", Box.spec(network, List.of("TOKEN_" + number + "=" + number), "env"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        Box box = made(answer);
        assertThat(box.started().waitForEnd()).isZero();
        String output = box.output();
        box.remove();
        return output;
    }

    private synchronized Box made(Api.Answer answer) {
        return Box.of(daemon, answer.json().path("Id").asString());
    }

    private List<String> dockerCommand(String... arguments) {
        var command = new ArrayList<>(
                List.of("docker", "-H", "unix://" + daemon.directory().resolve("s")));
        command.addAll(List.of(arguments));
        return command;
    }

    private String docker(String... arguments) throws IOException, InterruptedException {
        return CrashDaemon.run(dockerCommand(arguments));
    }

    /// Numbers come one after the other.
    private void requireLive(String... arguments) throws IOException, InterruptedException {
        Process following = new ProcessBuilder(dockerCommand(arguments))
                .redirectErrorStream(true)
                .start();
        try (var lines =
                new BufferedReader(new InputStreamReader(following.getInputStream(), StandardCharsets.UTF_8))) {
            int first = Integer.parseInt(String.valueOf(lines.readLine()));
            for (int i = 1; i <= 5; i++) {
                assertThat(lines.readLine()).isEqualTo("" + (first + i));
            }
        } finally {
            following.destroyForcibly().waitFor();
        }
    }
}
