package io.bulkhead.checks;

import static io.bulkhead.checks.PrivateRegistry.HOST;
import static io.bulkhead.checks.PrivateRegistry.PASSWORD;
import static io.bulkhead.checks.PrivateRegistry.PROXY;
import static io.bulkhead.checks.PrivateRegistry.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.checks.MeddlingProxy.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `pull` and `login` through the daemon, from a real registry behind HTTPS and a password, honest and not.
@Timeout(180)
class RegistryTest {

    private static final String IMAGE = "team/app:v1";

    private static RunningDaemon daemon;
    private static PrivateRegistry registry;
    private static Path client;
    private static Path stranger;
    private static String digest;

    @BeforeAll
    static void fillARegistry() throws IOException {
        String missing = RunningDaemon.missing() + PrivateRegistry.missing();
        assumeTrue(missing.isEmpty(), "needs " + missing);
        RunningDaemon prepared = RunningDaemon.prepare("");
        daemon = prepared;
        Files.writeString(
                prepared.home().resolve("bulkhead.yaml"),
                PrivateRegistry.configuration(prepared.home()),
                java.nio.file.StandardOpenOption.APPEND);
        prepared.begin();
        registry = PrivateRegistry.start(prepared);
        client = registry.clientWith(PASSWORD);
        stranger = registry.clientWith("a wrong one");
        Path tar = prepared.home().resolve("layer.tar");
        SmallRoot.write(tar);
        OciLayout single = new OciLayout(prepared.home().resolve("single")).image("amd64", tar);
        registry.push(single.write(), IMAGE, "--preserve-digests");
        digest = single.digest();
    }

    @AfterAll
    static void close() {
        if (registry != null) {
            registry.close();
        }
        if (daemon != null) {
            daemon.close();
        }
    }

    @AfterEach
    void nothingStays() {
        registry.meddle(Mode.PASS);
        daemon.removeContainers();
        for (String id :
                daemon.said("images", "-aq", "--no-trunc").lines().distinct().toList()) {
            daemon.said("rmi", "-f", id);
        }
        assertThat(temporary()).isEmpty();
    }

    private static List<Path> temporary() {
        try (Stream<Path> files = Files.list(daemon.state().resolve("images/temp"))) {
            return files.toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Map<String, String> as(Path configuration) {
        Map<String, String> environment = new HashMap<>(daemon.clientEnvironment());
        environment.put("DOCKER_CONFIG", configuration.toString());
        return environment;
    }

    private static Ran pull(Path configuration, String... arguments) {
        List<String> words = new ArrayList<>(List.of("pull"));
        words.addAll(List.of(arguments));
        return daemon.dockerCommand(words.toArray(String[]::new))
                .with(as(configuration))
                .run();
    }

    private static void nothingIsKnown() {
        assertThat(daemon.said("images", "-aq")).isEmpty();
    }

    @Test
    void aPullIsToldAsTheStockClientShowsIt() throws IOException {
        Ran pulled = pull(client, HOST + "/" + IMAGE);

        String manifest = Files.readString(daemon.home().resolve("single/blobs/sha256/" + digest.substring(7)));
        String layer = manifest.substring(manifest.lastIndexOf("sha256:") + 7).substring(0, 12);
        assertThat(pulled.err()).isEmpty();
        assertThat(pulled.lines())
                .containsExactly(
                        "v1: Pulling from " + HOST + "/team/app",
                        layer + ": Pulling fs layer",
                        layer + ": Download complete",
                        layer + ": Pull complete",
                        "Digest: " + digest,
                        "Status: Downloaded newer image for " + HOST + "/" + IMAGE,
                        HOST + "/" + IMAGE);
        assertThat(daemon.inspect(HOST + "/" + IMAGE, "{{json .RepoTags}} {{json .RepoDigests}}"))
                .isEqualTo("[\"" + HOST + "/" + IMAGE + "\"] [\"" + HOST + "/team/app@" + digest + "\"]");
        assertThat(daemon.run(HOST + "/" + IMAGE, "echo", "runs").said()).isEqualTo("runs");
    }

    @Test
    void aSecondPullFindsTheImageUpToDate() {
        pull(client, HOST + "/" + IMAGE).orFail();

        assertThat(pull(client, HOST + "/" + IMAGE).orFail().lines())
                .endsWith(
                        "Digest: " + digest,
                        "Status: Image is up to date for " + HOST + "/" + IMAGE,
                        HOST + "/" + IMAGE)
                .hasSize(5);
    }

    @Test
    void anImageComesByItsDigest() {
        String name = HOST + "/team/app@" + digest;

        Ran pulled = pull(client, name).orFail();

        assertThat(pulled.lines()).contains("Status: Downloaded newer image for " + name);
        assertThat(daemon.inspect(name, "{{json .RepoTags}} {{json .RepoDigests}}"))
                .isEqualTo("[] [\"" + name + "\"]");
    }

    @Test
    void ourOwnClientPullsWithTheSameCredentials() {
        Ran pulled = daemon.bulkheadCommand("pull", HOST + "/" + IMAGE)
                .with(as(client))
                .run()
                .orFail();

        assertThat(pulled.lines())
                .contains("Digest: " + digest)
                .endsWith("Status: Downloaded newer image for " + HOST + "/" + IMAGE, HOST + "/" + IMAGE);
        assertThat(daemon.bulkheadCommand("pull", "-q", HOST + "/" + IMAGE)
                        .with(as(client))
                        .run())
                .isEqualTo(new Ran(0, HOST + "/" + IMAGE + "\n", ""));
        assertThat(daemon.bulkheadCommand("pull", HOST + "/" + IMAGE)
                        .with(as(stranger))
                        .run()
                        .err())
                .startsWith("Error response from daemon: pull access denied for " + HOST + "/team/app");
    }

    @Test
    void runPullsWhatIsNotThere() {
        Ran ran = daemon.dockerCommand("run", "--rm", HOST + "/" + IMAGE, "sh", "-c", "echo $ARCH")
                .with(as(client))
                .run()
                .orFail();

        assertThat(ran.out()).isEqualTo("amd64\n");
        assertThat(ran.err()).startsWith("Unable to find image '" + HOST + "/" + IMAGE + "' locally\n");
    }

    @Test
    void aWrongOrMissingPasswordIsRefusedInDockersWords() {
        for (Path configuration : List.of(stranger, daemon.home().resolve("client"))) {
            Ran refused = pull(configuration, HOST + "/" + IMAGE);

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err())
                    .startsWith("Error response from daemon: pull access denied for " + HOST
                            + "/team/app, repository does not exist or may require 'docker login': unauthorized")
                    .doesNotContain("a wrong one");
        }
        assertThat(RawRequest.send(
                                daemon.socket(),
                                "POST /images/create?fromImage=" + HOST
                                        + "/team/app&tag=v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                        .status())
                .isEqualTo(500);
        nothingIsKnown();
    }

    @ParameterizedTest
    @CsvSource({
        "team/app:nosuch, manifest for localhost:5443/team/app:nosuch not found: manifest unknown",
        "team/nosuch:v1, manifest for localhost:5443/team/nosuch:v1 not found: manifest unknown",
    })
    void whatIsNotThereIsNamed(String image, String message) {
        Ran refused = pull(client, HOST + "/" + image);

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).startsWith("Error response from daemon: " + message);
    }

    @Test
    void anAuthorityNobodyVouchedForIsRefusedWithTheFileThatWouldLiftIt() {
        registry.distrust(PROXY);
        Ran refused = pull(client, PROXY + "/" + IMAGE);
        registry.trust(PROXY);

        assertThat(refused.err())
                .contains("x509: certificate signed by unknown authority")
                .contains("put the certificate into " + daemon.home() + "/certs.d/" + PROXY + "/ca.crt");
        pull(client, PROXY + "/" + IMAGE).orFail();
    }

    @Test
    void aRegistryWithoutEncryptionIsNotAsked() {
        Ran refused = pull(client, PrivateRegistry.PLAIN + "/" + IMAGE);

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("registries are reached by HTTPS only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"OTHER_BYTE", "ONE_BYTE_LESS", "ONE_BYTE_MORE", "OTHER_MANIFEST", "CUT"})
    void aRegistryThatDoesNotKeepItsWordLeavesNothing(Mode mode) {
        registry.meddle(mode);

        Ran refused = pull(client, PROXY + "/" + IMAGE);

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .containsPattern(
                        switch (mode) {
                            case OTHER_BYTE, ONE_BYTE_LESS, ONE_BYTE_MORE -> "blob sha256:[0-9a-f]{64}";
                            case OTHER_MANIFEST ->
                                "the registry sent bytes with the digest sha256:[0-9a-f]{64} instead of " + digest;
                            case CUT -> "the connection broke";
                            case PASS, SLOW, CUT_ONCE ->
                                throw new IllegalStateException("nothing is wrong with " + mode);
                        });
        nothingIsKnown();
        assertThat(temporary()).isEmpty();

        registry.meddle(Mode.PASS);
        pull(client, PROXY + "/" + IMAGE).orFail();
        assertThat(daemon.run(PROXY + "/" + IMAGE, "echo", "whole").said()).isEqualTo("whole");
    }

    @Test
    void aLineThatBreaksOnceIsTakenUpAgain() {
        registry.meddle(Mode.CUT_ONCE);

        pull(client, PROXY + "/" + IMAGE).orFail();

        assertThat(daemon.run(PROXY + "/" + IMAGE, "echo", "whole").said()).isEqualTo("whole");
    }

    @Test
    void anIndexGivesTheHostsPlatformAndAnotherWhenAsked() throws IOException {
        OciLayout both = new OciLayout(daemon.home().resolve("both"));
        for (String architecture : List.of("s390x", "amd64")) {
            Path tar = daemon.home().resolve(architecture + ".tar");
            SmallRoot.write(tar, root -> root.file("arch", architecture));
            both.image(architecture, tar);
        }
        registry.push(both.write(), "team/both:v1", "--all", "--preserve-digests");

        Ran pulled = pull(client, HOST + "/team/both:v1").orFail();

        assertThat(pulled.lines()).contains("Digest: " + both.digest());
        assertThat(daemon.inspect(HOST + "/team/both:v1", "{{.Architecture}}")).isEqualTo("amd64");
        assertThat(daemon.run(HOST + "/team/both:v1", "cat", "/arch").said()).isEqualTo("amd64");
        pull(client, "--platform", "linux/s390x", HOST + "/team/both:v1").orFail();
        assertThat(daemon.inspect(HOST + "/team/both:v1", "{{.Architecture}}")).isEqualTo("s390x");
        assertThat(pull(client, "--platform", "linux/riscv64", HOST + "/team/both:v1")
                        .err())
                .contains("no matching manifest for linux/riscv64 in the manifest list entries");
    }

    @Test
    void layersMayBeCompressedWithZstd() throws IOException {
        registry.push(
                daemon.home().resolve("single"), "team/zstd:v1", "--dest-compress-format", "zstd", "--format", "oci");

        pull(client, HOST + "/team/zstd:v1").orFail();

        assertThat(daemon.run(HOST + "/team/zstd:v1", "echo", "unpacked").said())
                .isEqualTo("unpacked");
    }

    @Test
    void twoPullsOfTheSameImageAtOnceBothEndWell() {
        registry.meddle(Mode.SLOW);
        List<CompletableFuture<Ran>> pulls = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> pull(client, PROXY + "/" + IMAGE)))
                .limit(2)
                .toList();

        assertThat(pulls)
                .allSatisfy(each -> assertThat(each.join().orFail().lines()).contains("Digest: " + digest));
        assertThat(daemon.said("images", "-q").lines()).hasSize(1);
        assertThat(daemon.run(PROXY + "/" + IMAGE, "echo", "whole").said()).isEqualTo("whole");
    }

    @Test
    void aDaemonKilledInTheMiddleOfAPullLeavesNothingHalfMade() {
        registry.meddle(Mode.SLOW);
        CompletableFuture<Ran> pull = CompletableFuture.supplyAsync(() -> pull(client, PROXY + "/" + IMAGE));
        Eventually.holds("a layer on its way", () -> !temporary().isEmpty());

        daemon.kill();
        assertThat(pull.join().exitCode()).isEqualTo(1);
        daemon.begin();

        assertThat(temporary()).isEmpty();
        nothingIsKnown();
        registry.meddle(Mode.PASS);
        pull(client, PROXY + "/" + IMAGE).orFail();
        assertThat(daemon.run(PROXY + "/" + IMAGE, "echo", "whole").said()).isEqualTo("whole");
    }

    @Test
    void aClientThatGoesEndsThePull() {
        registry.meddle(Mode.SLOW);
        Process leaving = daemon.dockerCommand("pull", PROXY + "/" + IMAGE)
                .with(as(client))
                .start(ProcessBuilder.Redirect.DISCARD, ProcessBuilder.Redirect.DISCARD);
        Eventually.holds("a layer on its way", () -> !temporary().isEmpty());

        leaving.destroyForcibly();

        Eventually.holds("the work is given up", () -> temporary().isEmpty());
        nothingIsKnown();
        assertThat(daemon.log()).doesNotContain("unexpected error");
    }

    @Test
    void aDiskThatFillsUpIsSaidSoAndNothingStays() throws IOException {
        Path tar = daemon.home().resolve("big.tar");
        byte[] noise = new byte[20_000_000];
        new Random(1).nextBytes(noise);
        SmallRoot.write(tar, root -> root.file("big", new String(noise, java.nio.charset.StandardCharsets.ISO_8859_1)));
        registry.push(
                new OciLayout(daemon.home().resolve("big")).image("amd64", tar).write(), "team/big:v1");
        Path images = daemon.state().resolve("images");
        daemon.stop();
        Command.run("mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "small", images.toString())
                .orFail();
        try {
            daemon.begin();
            Ran refused = pull(client, HOST + "/team/big:v1");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).containsIgnoringCase("no space left on device");
            nothingIsKnown();
            assertThat(temporary()).isEmpty();
            pull(client, HOST + "/" + IMAGE).orFail();
        } finally {
            daemon.removeContainers();
            daemon.stop();
            Command.run("umount", images.toString()).orFail();
            daemon.begin();
        }
    }

    @Test
    void loginAsksTheRegistryAndKeepsNothingHere() throws IOException {
        Path empty = Files.createTempDirectory(daemon.home(), "client-");

        Ran wrong = login(empty, "a wrong one");
        Ran right = login(empty, PASSWORD);

        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err())
                .contains("Error response from daemon: login attempt to https://" + HOST + "/v2/ failed: unauthorized")
                .doesNotContain("a wrong one");
        assertThat(right.orFail().lines()).contains("Login Succeeded");
        pull(empty, HOST + "/" + IMAGE).orFail();
        assertThat(Command.run(
                                "grep",
                                "-rlF",
                                "-e",
                                PASSWORD,
                                "-e",
                                "a wrong one",
                                daemon.state().toString(),
                                daemon.home().resolve("log").toString())
                        .out())
                .isEmpty();
    }

    @Test
    void ourOwnLoginWritesWhatTheStockClientWritesAndLogoutTakesItAway() throws IOException {
        Path theirs = Files.createTempDirectory(daemon.home(), "client-");
        Path ours = Files.createTempDirectory(daemon.home(), "client-");
        login(theirs, PASSWORD).orFail();

        Ran wrong = ownLogin(ours, "a wrong one");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err())
                .startsWith("Error response from daemon: login attempt to https://" + HOST + "/v2/ failed")
                .doesNotContain("a wrong one");
        assertThat(ours).isEmptyDirectory();

        Ran right = ownLogin(ours, PASSWORD + "\n").orFail();
        assertThat(right.said()).isEqualTo("Login Succeeded");
        assertThat(right.err()).startsWith("WARNING! Your password will be stored unencrypted in " + ours);
        assertThat(ours.resolve("config.json")).hasSameTextualContentAs(theirs.resolve("config.json"));
        pull(ours, HOST + "/" + IMAGE).orFail();
        own(ours, "rmi", HOST + "/" + IMAGE).orFail();
        own(ours, "pull", HOST + "/" + IMAGE).orFail();
        assertThat(own(ours, "login", "https://" + HOST + "/v2/").orFail().err())
                .startsWith("Authenticating with existing credentials...");

        assertThat(own(ours, "logout", HOST).orFail().said()).isEqualTo("Removing login credentials for " + HOST);
        assertThat(pull(ours, HOST + "/" + IMAGE).err()).contains("pull access denied");
        assertThat(own(ours, "login", "-u", USER, HOST))
                .isEqualTo(new Ran(
                        1,
                        "",
                        "bulkhead: Cannot perform an interactive login from a non TTY device: use --username and"
                                + " --password-stdin\n"));
    }

    @Test
    void aCredentialHelperServesBothClients() throws IOException {
        Path configuration = Files.createTempDirectory(daemon.home(), "client-");
        Files.writeString(configuration.resolve("config.json"), "{\"credsStore\":\"checks\"}");
        Path programs = Files.createDirectories(daemon.home().resolve("helpers"));
        Path helper = Files.writeString(
                programs.resolve("docker-credential-checks"), """
                #!/bin/sh
                case $1 in
                store) cat >%1$s ;;
                get) cat %1$s 2>/dev/null || { echo credentials not found in native keychain; exit 1; } ;;
                erase) rm %1$s ;;
                esac
                """.formatted(configuration.resolve("kept")));
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> environment = as(configuration);
        environment.put("PATH", programs + ":" + System.getenv("PATH"));

        Ran login = daemon.bulkheadCommand("login", "-u", USER, "--password-stdin", HOST)
                .with(environment)
                .reading(PASSWORD)
                .run();

        assertThat(login).isEqualTo(new Ran(0, "Login Succeeded\n", ""));
        assertThat(configuration.resolve("config.json")).content().doesNotContain("auth\"", PASSWORD);
        for (Command pull : List.of(
                daemon.dockerCommand("pull", HOST + "/" + IMAGE), daemon.bulkheadCommand("pull", HOST + "/" + IMAGE))) {
            pull.with(environment).run().orFail();
        }
        daemon.bulkheadCommand("logout", HOST).with(environment).run().orFail();
        assertThat(configuration.resolve("kept")).doesNotExist();
    }

    @Test
    void aPasswordThatIsTypedIsNotShown() throws IOException {
        assumeTrue(Command.onPath("script"), "needs script on the PATH");
        Path configuration = Files.createTempDirectory(daemon.home(), "client-");

        try (Terminal terminal = Terminal.shell(
                daemon,
                "stty -g >" + configuration + "/before; DOCKER_CONFIG=" + configuration + " " + daemon.bulkhead()
                        + " login " + HOST + "; code=$?; stty -g >" + configuration + "/after; exit $code")) {
            terminal.await("Username: ");
            terminal.type(USER + "\n");
            terminal.await("Password: ");
            terminal.type(PASSWORD + "\n");

            assertThat(terminal.exitCode()).isZero();
            assertThat(terminal.shown())
                    .contains(USER, "Password: \r\n", "Login Succeeded")
                    .doesNotContain(PASSWORD);
        }
        assertThat(configuration.resolve("after")).hasSameTextualContentAs(configuration.resolve("before"));
        pull(configuration, HOST + "/" + IMAGE).orFail();
    }

    private static Ran own(Path configuration, String... arguments) {
        return daemon.bulkheadCommand(arguments).with(as(configuration)).run();
    }

    private static Ran ownLogin(Path configuration, String password) {
        return daemon.bulkheadCommand("login", "-u", USER, "--password-stdin", HOST)
                .with(as(configuration))
                .reading(password)
                .run();
    }

    private static Ran login(Path configuration, String password) {
        return daemon.dockerCommand("login", "-u", USER, "--password-stdin", HOST)
                .with(as(configuration))
                .reading(password)
                .run();
    }
}
