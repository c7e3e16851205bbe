package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The three administrators of the design and two more, as users of this host with the stock client. What each may do
/// is in `roles.yaml` and nowhere else.
@Timeout(300)
class RolesTest {

    private static final long OPERATOR = 61_001;
    private static final long CREATOR = 61_002;
    private static final long POWERFUL = 61_003;
    private static final long VIEWER = 61_004;
    private static final long NOBODY = 61_005;

    private static final String ROLES = """
            roles:
              restart-web:
                - operations: [container.start, container.stop, container.restart, container.inspect]
                  containers: ["web-*"]
              app-creator:
                - operations: [container.*]
                  images: ["small"]
                  owner: self
                - operations: [system.events, image.inspect]
                  images: ["small"]
                - operations: [volume.*]
                  owner: self
            bindings:
              - role: restart-web
                subjects: ["uid:61001"]
              - role: app-creator
                subjects: ["uid:61002"]
              - role: privileged-creator
                subjects: ["gid:61003"]
              - role: viewer
                subjects: ["uid:61004"]
            """;

    @TempDir
    private static Path directory;

    private static RunningDaemon daemon;

    /// A class path that every user of the host can read.
    private static String readableClient = "";

    @BeforeAll
    static void start() throws IOException {
        String missing = RunningDaemon.missing();
        assumeTrue(missing.isEmpty(), "needs " + missing);
        assumeTrue(Command.onPath("setpriv"), "needs setpriv");
        write(ROLES);
        daemon = RunningDaemon.withImage(RunningDaemon.startWith("roles: " + directory.resolve("roles.yaml") + "\n"));
        daemon.docker("tag", IMAGE, "other:1").orFail();
        openSocket();
        readableClient = copyOfTheClient(daemon.home().resolve("client-classes"));
    }

    /// What is built may be in a place that only root can enter.
    private static String copyOfTheClient(Path to) throws IOException {
        Files.createDirectory(to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        List<String> places = new ArrayList<>();
        for (String place : System.getProperty("java.class.path").split(":", -1)) {
            boolean needed =
                    Stream.of("cli", "picocli", "httpcore", "jackson-core").anyMatch(place::contains);
            if (needed && Files.exists(Path.of(place))) {
                Path copy = to.resolve(places.size() + "-" + Path.of(place).getFileName());
                Command.run("cp", "-r", place, copy.toString()).orFail();
                places.add(copy.toString());
            } else if (!place.startsWith("/root")) {
                places.add(place);
            }
        }
        Command.run("chmod", "-R", "a+rX", to.toString()).orFail();
        return String.join(":", places);
    }

    /// Everybody of this host may ask; who is answered is for the roles to say.
    private static void openSocket() throws IOException {
        Files.setPosixFilePermissions(daemon.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    @AfterAll
    static void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @BeforeEach
    void twoOfRoots() {
        daemon.said("run", "-d", "--name", "web-1", "-e", "PASSWORD=secret", IMAGE, "sleep", "1000");
        daemon.said("run", "-d", "--name", "db-1", "-v", "kept:/kept", IMAGE, "sleep", "1000");
    }

    @AfterEach
    void nothingStays() throws IOException {
        write(ROLES);
        daemon.removeContainers();
        daemon.said("volume", "prune", "-a", "-f");
    }

    private static void write(String roles) throws IOException {
        Path next = directory.resolve("next");
        Files.writeString(next, roles);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(
                next,
                directory.resolve("roles.yaml"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static Ran as(long id, String... arguments) {
        return Command.of(Stream.concat(
                                Stream.of(
                                        "setpriv",
                                        "--reuid=" + id,
                                        "--regid=" + id,
                                        "--clear-groups",
                                        "docker",
                                        "--config=/nonexistent",
                                        "--host=unix://" + daemon.socket()),
                                Stream.of(arguments))
                        .toList())
                .run();
    }

    private static String id(String container) {
        return daemon.said("inspect", "-f", "{{.Id}}", container);
    }

    @Test
    void theFirstStartsAndStopsNamedContainersAndNothingElse() {
        assertThat(as(OPERATOR, "stop", "-t", "0", "web-1").orFail().said()).isEqualTo("web-1");
        assertThat(as(OPERATOR, "start", "web-1").orFail().said()).isEqualTo("web-1");

        for (List<String> other : List.of(
                List.of("exec", "web-1", "true"),
                List.of("rm", "-f", "web-1"),
                List.of("logs", "web-1"),
                List.of("ps"),
                List.of("images"),
                List.of("info"),
                List.of("kill", "web-1"),
                List.of("rename", "web-1", "web-2"),
                List.of("run", "--rm", IMAGE, "true"),
                List.of("volume", "ls"))) {
            Ran ran = as(OPERATOR, other.toArray(String[]::new));
            assertThat(ran.exitCode()).as("%s", other).isNotZero();
            assertThat(ran.out() + ran.err()).as("%s", other).contains("access denied by role: no role of unix:61001");
        }
        assertThat(daemon.inspect("web-1", "{{.State.Running}}")).isEqualTo("true");
    }

    /// What is not theirs is told as if it were not there.
    @ParameterizedTest
    @ValueSource(strings = {"start", "stop", "restart", "inspect"})
    void aContainerOutsideOfTheRoleDoesNotExist(String verb) {
        for (String hidden : List.of("db-1", id("db-1"), id("db-1").substring(0, 20))) {
            Ran ran = as(OPERATOR, verb, hidden);

            assertThat(ran.exitCode()).isNotZero();
            String absent = hidden.equals("db-1") ? "db-9" : hidden.replaceFirst("^.", "g");
            assertThat(ran.err().replace(hidden, "X"))
                    .isEqualTo(as(OPERATOR, verb, absent).err().replace(absent, "X"));
        }
        assertThat(daemon.inspect("db-1", "{{.State.Running}}")).isEqualTo("true");
    }

    @Test
    void environmentValuesAreNotForThoseWhoOnlyLook() {
        for (long who : List.of(OPERATOR, VIEWER)) {
            String seen = as(who, "inspect", "web-1").orFail().out();
            assertThat(seen).contains("PASSWORD=(hidden").doesNotContain("secret");
        }
        assertThat(daemon.inspect("web-1", "{{.Config.Env}}")).contains("PASSWORD=secret");
    }

    @Test
    void theSecondMakesUnprivilegedContainersAndHasThemAlone() {
        assertThat(as(CREATOR, "run", "--rm", IMAGE, "id", "-u").orFail().said())
                .isEqualTo("0");
        as(CREATOR, "run", "-d", "--name", "own", "-v", "mine:/x", IMAGE, "sleep", "1000")
                .orFail();
        as(CREATOR, "exec", "own", "true").orFail();

        assertThat(as(CREATOR, "ps", "--format", "{{.Names}}").orFail().lines()).containsExactly("own");
        assertThat(as(CREATOR, "volume", "ls", "-q").orFail().lines()).containsExactly("mine");
        assertThat(as(CREATOR, "exec", "web-1", "true").err()).contains("No such container: web-1");
        assertThat(as(CREATOR, "rm", "-f", "db-1").err()).contains("No such container: db-1");
        assertThat(as(CREATOR, "volume", "inspect", "kept").err()).contains("no such volume");
        assertThat(as(CREATOR, "rename", "own", "web-1").err())
                .contains("already in use")
                .doesNotContain(id("web-1"));
        as(CREATOR, "rm", "-f", "own").orFail();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--cap-add NET_ADMIN | added-capability:NET_ADMIN",
                "--privileged | unmasked-paths",
                "-v /etc:/x:ro | host-path:/etc:ro",
                "--mount type=bind,source=/,target=/x | host-path:/:rw",
                "--pid host | host-namespace:pid",
                "--userns host | host-namespace:user",
                "--network host | host-namespace:network",
                "--device /dev/fuse | device:/dev/fuse",
                "--security-opt seccomp=unconfined | seccomp-unconfined",
                "--security-opt label=disable | label-disabled",
                "--cgroup-parent /x | cgroup-parent:/x",
                "--ulimit nofile=1000000 | raised-limit:nofile",
                "--oom-score-adj=-500 | raised-limit:oom-score-adj",
                "-p 80:80 | host-port:0.0.0.0:80",
                "-v kept:/x | volume:kept",
                "--network container:db-1 | No such container: db-1",
                "--pid container:db-1 | No such container: db-1",
                "--volumes-from db-1 | No such container: db-1",
            })
    void theSecondGetsNoPower(String options, String problem) {
        assumeTrue(!options.contains("fuse") || Files.exists(Path.of("/dev/fuse")), "needs /dev/fuse");
        List<String> command = new ArrayList<>(List.of("run", "--rm"));
        command.addAll(List.of(options.split(" ", -1)));
        command.addAll(List.of(IMAGE, "true"));

        Ran ran = as(CREATOR, command.toArray(String[]::new));

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.err()).contains(problem);
    }

    /// There or not there, an image outside of the role gets the same answer.
    @Test
    void theSecondUsesGivenImagesOnly() {
        String there = as(CREATOR, "run", "--rm", "other:1", "true").err();
        String absent = as(CREATOR, "run", "--rm", "absent:1", "true").err();
        String imageId = daemon.said("image", "inspect", "-f", "{{.Id}}", IMAGE);

        assertThat(there).contains("no role of unix:61002 allows container.create on this");
        assertThat(absent.replace("absent", "other")).isEqualTo(there);
        assertThat(as(CREATOR, "run", "--rm", imageId, "true").err()).contains("allows container.create on this");
        assertThat(as(CREATOR, "image", "inspect", "-f", "{{.RepoTags}}", IMAGE)
                        .orFail()
                        .said())
                .isEqualTo("[small:1]");
        assertThat(as(CREATOR, "image", "inspect", "other:1").exitCode()).isNotZero();
    }

    /// By group, with any power, and yet nothing of what others made.
    @Test
    void theThirdMakesPrivilegedContainers() {
        as(POWERFUL, "run", "--rm", "--privileged", "-v", "/etc:/x", "--network", "host", IMAGE, "true")
                .orFail();

        assertThat(as(POWERFUL, "exec", "web-1", "true").err()).contains("No such container: web-1");
        assertThat(as(POWERFUL, "ps", "-a", "-q").orFail().out()).isEmpty();
    }

    @Test
    void whoLooksChangesNothing() {
        assertThat(as(VIEWER, "ps", "--format", "{{.Names}}").orFail().lines())
                .containsExactlyInAnyOrder("web-1", "db-1");
        assertThat(as(VIEWER, "stop", "web-1").err()).contains("no role of unix:61004 allows container.stop");
        assertThat(as(VIEWER, "logs", "web-1").err()).contains("no role of unix:61004 allows container.logs");
    }

    @Test
    void whoHasNoRoleLearnsNothing() {
        for (String container : List.of("web-1", "absent")) {
            assertThat(as(NOBODY, "inspect", container).err())
                    .contains("no role is bound to unix:61005")
                    .doesNotContain("No such");
        }
    }

    @Test
    void aChangeCountsAtOnceAndABrokenFileChangesNothing() throws IOException {
        as(OPERATOR, "restart", "-t", "0", "web-1").orFail();

        write(ROLES.replace("uid:61001", "uid:61999"));
        assertThat(as(OPERATOR, "restart", "-t", "0", "web-1").err()).contains("no role is bound");

        write(ROLES.replace("operations:", "operation:"));
        assertThat(as(OPERATOR, "restart", "-t", "0", "web-1").err()).contains("no role is bound");
        assertThat(as(CREATOR, "run", "--rm", IMAGE, "true").exitCode()).isZero();
        assertThat(daemon.log()).contains("roles.yaml:3: there is no key `operation`; did you mean operations?");
    }

    @Test
    void aDryRunLetsEverybodyAndRecordsWhatItWouldRefuse() throws IOException {
        write("mode: dry-run\n" + ROLES);

        as(NOBODY, "run", "--rm", IMAGE, "true").orFail();

        assertThat(Files.readString(daemon.state().resolve("audit/audit.log")).lines())
                .anyMatch(line -> line.contains("\"uid\":61005") && line.contains("would be refused"));
    }

    /// A dry run, a suggestion, and then that in force: what was done is allowed, and nothing beside it.
    @Test
    void aRoleIsMadeOfWhatSomebodyDid() throws IOException {
        long newcomer = 61_006;
        write("mode: dry-run\n" + ROLES);
        as(newcomer, "run", "-d", "--name", "try-1", "-v", "tried:/x", "--cap-add", "NET_ADMIN", IMAGE, "sleep", "1000")
                .orFail();
        as(newcomer, "exec", "try-1", "true").orFail();
        as(newcomer, "restart", "-t", "0", "web-1").orFail();
        as(newcomer, "rm", "-f", "-v", "try-1").orFail();

        String suggested = asked(0, "suggest", "unix:" + newcomer, "--name", "newcomer")
                .orFail()
                .out();
        write(suggested);

        as(newcomer, "run", "-d", "--name", "try-2", "-v", "tried:/x", "--cap-add", "NET_ADMIN", IMAGE, "sleep", "1000")
                .orFail();
        as(newcomer, "exec", "try-2", "true").orFail();
        as(newcomer, "restart", "-t", "0", "web-1").orFail();
        assertThat(as(newcomer, "restart", "db-1").err()).contains("No such container: db-1");
        assertThat(as(newcomer, "logs", "try-2").err()).contains("allows container.logs");
        assertThat(as(newcomer, "run", "--rm", "--cap-add", "SYS_ADMIN", IMAGE, "true")
                        .err())
                .contains("added-capability:SYS_ADMIN");
        as(newcomer, "rm", "-f", "-v", "try-2").orFail();
        assertThat(asked(0, "suggest", "unix:61999").err()).contains("nothing that was allowed is on the record");
    }

    /// Others' events are told to whoever may see those.
    @Test
    void eventsAreOnesOwn() {
        as(CREATOR, "run", "--rm", "--name", "mine-1", IMAGE, "true").orFail();
        daemon.said("restart", "-t", "0", "web-1");

        String seen = as(CREATOR, "events", "--since", "5m", "--until=-1s", "--format", "{{.Actor.Attributes.name}}")
                .orFail()
                .out();

        assertThat(seen).contains("mine-1").doesNotContain("web-1").doesNotContain("db-1");
    }

    @Test
    void pruneTakesOnesOwn() {
        as(CREATOR, "create", "--name", "mine-2", IMAGE, "true").orFail();
        daemon.said("stop", "-t", "0", "web-1");

        assertThat(as(CREATOR, "container", "prune", "-f").orFail().out().lines())
                .filteredOn(line -> line.matches("[0-9a-f]{64}"))
                .hasSize(1);
        assertThat(daemon.said("ps", "-a", "--format", "{{.Names}}"))
                .contains("web-1")
                .doesNotContain("mine-2");
    }

    /// Whether a path of the host exists is told to nobody who could not mount it.
    @ParameterizedTest
    @CsvSource({
        "-v, /root, :/x:ro",
        "-v, /no-such-path, :/x:ro",
        "--device, /dev/null, ''",
        "--device, /dev/no-such, ''"
    })
    void pathsOfTheHostAreNotLookedFor(String option, String path, String rest) {
        String answer =
                as(CREATOR, "run", "--rm", option, path + rest, IMAGE, "true").err();

        assertThat(answer).contains("access denied by role: role app-creator").contains(path);
    }

    private static Ran asked(long id, String... arguments) {
        return Command.of(Stream.concat(
                                Stream.of(
                                        "setpriv",
                                        "--reuid=" + id,
                                        "--regid=" + id,
                                        "--clear-groups",
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        readableClient,
                                        "io.bulkhead.cli.Main",
                                        "access"),
                                Stream.of(arguments))
                        .toList())
                .with(java.util.Map.of("BULKHEAD_HOST", "unix://" + daemon.socket()))
                .run();
    }

    @Test
    void everybodyMayAskAboutThemselvesAndRootAboutAll() throws IOException {
        Ran yes = asked(OPERATOR, "can-i", "container.start", "--container", "web-1");
        assertThat(yes.orFail().said()).startsWith("yes: role restart-web, roles.yaml line 3");
        Ran no = asked(OPERATOR, "can-i", "container.start", "--container", "db-1");
        assertThat(no.exitCode()).isEqualTo(1);
        assertThat(no.out()).startsWith("no: no role of unix:61001 allows container.start on this");
        // What is hidden answers as what is not there.
        assertThat(asked(OPERATOR, "can-i", "container.start", "--container", "db-9")
                        .out())
                .isEqualTo(no.out());
        assertThat(asked(OPERATOR, "can-i", "container.start", "--as", "uid:0").err())
                .contains("no role of unix:61001 allows access.read");
        assertThat(asked(OPERATOR, "roles").orFail().out())
                .contains("restart-web")
                .doesNotContain("app-creator");
        assertThat(asked(0, "roles", "--all").orFail().out())
                .contains("app-creator, bound to uid:61002")
                .contains("privileged-creator, bound to gid:61003");
        assertThat(asked(0, "who-can", "container.stop", "--container", "web-1")
                        .orFail()
                        .out())
                .contains("uid:61001", "uid:0")
                .doesNotContain("uid:61004");
    }

    @Test
    void aCommandIsExplainedPrivilegeByPrivilege() throws IOException {
        Ran refused = asked(
                0, "explain", "--as", "uid:61002", "--", "run", "--cap-add", "NET_ADMIN", "-v", "/etc:/x:ro", IMAGE);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out())
                .contains("REFUSED: making it from docker.io/library/small:1: role app-creator, roles.yaml line 6")
                .contains("added-capability:NET_ADMIN: no line grants it")
                .contains("host-path:/etc:ro: no line grants it");

        Ran granted = asked(0, "explain", "--as", "gid:61003", "--", "run", "--cap-add", "NET_ADMIN", IMAGE, "id");
        assertThat(granted.orFail().out()).contains("added-capability:NET_ADMIN: role privileged-creator (built in)");

        Ran reaching = asked(0, "explain", "--", "run", "--network", "container:db-1", IMAGE);
        assertThat(reaching.orFail().out()).contains("allowed: reaching into db-1: role admin (built in)");
        assertThat(daemon.said("ps", "-a", "--format", "{{.Names}}").lines()).hasSize(2);
    }

    @Test
    void rolesAreTriedBeforeTheyAreInForce() throws IOException {
        Path next = directory.resolve("next-roles.yaml");
        Files.writeString(next, ROLES.replace("web-*", "api-*"));
        Path cases = directory.resolve("cases.yaml");
        Files.writeString(cases, """
                - {who: "uid:61001", operation: container.start, container: web-1, expect: allowed}
                - {who: "uid:61001", operation: container.exec, container: web-1, expect: refused}
                - who: "uid:61002"
                  operation: container.create
                  image: small
                  privileges: ["added-capability:NET_ADMIN"]
                  expect: refused
                """);

        assertThat(asked(0, "test", cases.toString()).orFail().said()).isEqualTo("3 of 3 as expected");
        Ran changed = asked(0, "test", "--roles", next.toString(), cases.toString());
        assertThat(changed.exitCode()).isEqualTo(1);
        assertThat(changed.out())
                .contains("cases.yaml:1: uid:61001 container.start container web-1: expected allowed, but refused")
                .contains("2 of 3 as expected");
        Files.writeString(cases, "- {who: \"uid:61001\", operation: container.strt, expect: allowed}\n");
        assertThat(asked(0, "test", cases.toString()).err())
                .contains("cases, line 1")
                .contains("did you mean container.start");
    }

    @Test
    void theDaemonDoesNotStartWithRolesItDoesNotUnderstand() throws IOException {
        Path broken = directory.resolve("broken.yaml");
        Files.writeString(broken, "roles:\n  r:\n    - operations: [container.strt]\n");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rw-r--r--"));

        try (var other = RunningDaemon.prepare("roles: " + broken + "\n")) {
            Process process = other.launch();
            Eventually.holds("it ends", () -> !process.isAlive());
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(other.log()).contains("broken.yaml:3: there is no operation `container.strt`");
        }
    }
}
