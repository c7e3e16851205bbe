package io.bulkhead.cli.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.cli.verb.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginsTest {

    private static final String SERVER = "registry.example.com:5000";
    private static final Login LOGIN = Login.withPassword("alice", "geheim:ä");

    @TempDir
    Path home;

    private Path file;
    private Path programs;

    @BeforeEach
    void directories() throws IOException {
        file = home.resolve("docker/config.json");
        programs = Files.createDirectory(home.resolve("bin"));
    }

    private Logins logins() {
        return new Logins(Map.of(
                "DOCKER_CONFIG",
                home.resolve("docker").toString(),
                "PATH",
                programs + ":/usr/bin:/bin",
                "NOTES",
                home.toString()));
    }

    private void configuration(String json) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    /// Keeps what it is given in a file for each server, notes its arguments, and says what a real one says.
    private void helper(String name) throws IOException {
        program("docker-credential-" + name, """
                #!/bin/sh
                echo "$@" >>"$NOTES/arguments"
                case $1 in
                store) cat >"$NOTES/stored" ;;
                get) grep -qx "$(cat)" "$NOTES/known" 2>/dev/null || {
                         echo credentials not found in native keychain; exit 1; }
                     cat "$NOTES/answer" ;;
                erase) cat >"$NOTES/erased" ;;
                esac
                """);
    }

    private void program(String name, String script) throws IOException {
        Path program = Files.writeString(programs.resolve(name), script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String noted(String name) throws IOException {
        return Files.readString(home.resolve(name));
    }

    @Test
    void aLoginIsWrittenAsDockersClientWritesItAndReadBack() throws IOException {
        assertThat(logins().keep(SERVER, LOGIN)).contains(file);

        assertThat(Files.readString(file))
                .isEqualTo("{\n\t\"auths\": {\n\t\t\"registry.example.com:5000\": {\n"
                        + "\t\t\t\"auth\": \"YWxpY2U6Z2VoZWltOsOk\"\n\t\t}\n\t}\n}");
        assertThat(logins().find(SERVER)).contains(LOGIN);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void nothingElseInTheFileChanges() throws IOException {
        configuration("{\"HttpHeaders\":{\"a\":\"b\"},\"auths\":{\"other\":{\"auth\":\"eDp5\",\"email\":\"e\"}},"
                + "\"detachKeys\":\"ctrl-e\",\"future\":[1,2.50,null,true,{\"x\":{}}]}");

        logins().keep(SERVER, LOGIN);
        logins().forget(SERVER);

        assertThat(Files.readString(file).replaceAll("[\\t\\n]", "").replace(": ", ":"))
                .isEqualTo("{\"HttpHeaders\":{\"a\":\"b\"},\"auths\":{\"other\":{\"auth\":\"eDp5\",\"email\":\"e\"}},"
                        + "\"detachKeys\":\"ctrl-e\",\"future\":[1,2.50,null,true,{\"x\":{}}]}");
    }

    @Test
    void aFileOthersCouldReadIsTheOwnersOnlyFromThenOn() throws IOException {
        configuration("{}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        logins().keep(SERVER, LOGIN);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aSymbolicLinkStaysOne() throws IOException {
        Path elsewhere = Files.writeString(home.resolve("elsewhere"), "{}");
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, elsewhere);

        logins().keep(SERVER, LOGIN);

        assertThat(file).isSymbolicLink();
        assertThat(elsewhere).content().contains("YWxpY2U6Z2VoZWltOsOk");
    }

    @Test
    void aFileThatCannotBeReadIsNeitherReplacedNorQuoted() throws IOException {
        for (String broken : new String[] {"{\"auths\": {\"x\": {\"auth\": c2VjcmV0", "[\"c2VjcmV0\"]"}) {
            configuration(broken);

            assertThatThrownBy(() -> logins().keep(SERVER, LOGIN))
                    .isInstanceOf(Failure.class)
                    .hasMessageStartingWith("cannot read " + file)
                    .hasMessageNotContaining("c2VjcmV0");
            assertThat(file).hasContent(broken);
        }
    }

    @Test
    void whatOlderClientsWroteIsFoundAndForgotten() throws IOException {
        configuration("{\"auths\":{\"https://" + SERVER + "/v1/\":{\"auth\":\"YWxpY2U6eA==\"},"
                + "\"https://index.docker.io/v1/\":{\"auth\":\"aHViOnk=\"}}}");

        assertThat(logins().find(SERVER)).contains(Login.withPassword("alice", "x"));
        assertThat(logins().find(Server.HUB)).contains(Login.withPassword("hub", "y"));
        logins().forget(SERVER);

        assertThat(logins().find(SERVER)).isEmpty();
        assertThat(logins().find(Server.HUB)).isPresent();
    }

    @Test
    void aTokenIsKeptInPlaceOfThePassword() {
        logins().keep(SERVER, new Login("alice", "", "the-token"));

        assertThat(logins().find(SERVER)).contains(new Login("alice", "", "the-token"));
        assertThat(new Login("alice", "", "the-token").authConfig(SERVER)).containsEntry("identitytoken", "the-token");
    }

    @Test
    void theStoreOfTheConfigurationKeepsTheSecretAndTheFileDoesNot() throws IOException {
        configuration("{\"credsStore\":\"safe\"}");
        helper("safe");

        assertThat(logins().keep(SERVER, LOGIN)).isEmpty();

        assertThat(noted("arguments")).isEqualTo("store\n");
        assertThat(noted("stored"))
                .contains("\"ServerURL\":\"" + SERVER + "\"", "\"Username\":\"alice\"", "\"Secret\":\"geheim:ä\"");
        assertThat(file)
                .content()
                .doesNotContain("YWxpY2U6Z2VoZWltOsOk", "geheim")
                .contains("\"" + SERVER + "\": {}");
    }

    @Test
    void theHelperOfOneServerComesBeforeTheStoreOfAll() throws IOException {
        configuration("{\"credsStore\":\"nosuch\",\"credHelpers\":{\"" + SERVER + "\":\"own\"}}");
        helper("own");
        Files.writeString(home.resolve("known"), SERVER + "\n");
        Files.writeString(home.resolve("answer"), "{\"ServerURL\":\"x\",\"Username\":\"bob\",\"Secret\":\"s\"}");

        assertThat(logins().find(SERVER)).contains(Login.withPassword("bob", "s"));
        assertThatThrownBy(() -> logins().find("other"))
                .hasMessage("the credential helper docker-credential-nosuch, which the Docker configuration names, is"
                        + " not on the PATH");
    }

    @Test
    void aHelpersTokenIsToldFromAPassword() throws IOException {
        configuration("{\"credsStore\":\"safe\"}");
        helper("safe");
        Files.writeString(home.resolve("known"), SERVER + "\n");
        Files.writeString(home.resolve("answer"), "{\"Username\":\"<token>\",\"Secret\":\"the-token\"}");

        assertThat(logins().find(SERVER)).contains(new Login("", "", "the-token"));
        assertThat(logins().find("unknown")).isEmpty();
        logins().keep(SERVER, new Login("alice", "", "the-token"));
        assertThat(noted("stored")).contains("\"Username\":\"<token>\"", "\"Secret\":\"the-token\"");
    }

    @Test
    void aHelperForgetsToo() throws IOException {
        configuration("{\"credsStore\":\"safe\",\"auths\":{\"" + SERVER + "\":{}}}");
        helper("safe");

        logins().forget(SERVER);

        assertThat(noted("erased")).isEqualTo(SERVER);
        assertThat(file).content().doesNotContain(SERVER);
    }

    @Test
    void aHelperThatFailsIsNamedWithItsWordsAndWithoutAnAnswerItBegan() throws IOException {
        configuration("{\"credsStore\":\"safe\"}");
        program("docker-credential-safe", "#!/bin/sh\necho 'the keyring is locked'; exit 3\n");
        assertThatThrownBy(() -> logins().find(SERVER))
                .hasMessage("the credential helper docker-credential-safe failed to get: exit status 3: the keyring is"
                        + " locked");

        program("docker-credential-safe", "#!/bin/sh\necho '{\"Secret\":\"geheim\"'; exit 3\n");
        assertThatThrownBy(() -> logins().find(SERVER))
                .hasMessage("the credential helper docker-credential-safe failed to get: exit status 3");

        program("docker-credential-safe", "#!/bin/sh\necho '{\"Secret\":\"geheim\"'\n");
        assertThatThrownBy(() -> logins().find(SERVER)).hasMessageNotContaining("geheim");
    }

    @Test
    void aHelperIsNoPath() throws IOException {
        configuration("{\"credsStore\":\"x/../../../bin/true\"}");

        assertThatThrownBy(() -> logins().find(SERVER)).hasMessageContaining("is not on the PATH");
    }

    @Test
    void aNewConfigurationUsesTheKeyringThatIsInstalled() throws IOException {
        helper("secretservice");

        assertThat(logins().keep(SERVER, LOGIN)).isEmpty();

        assertThat(file).content().contains("\"credsStore\": \"secretservice\"").doesNotContain("YWxpY2U6Z2VoZWltOsOk");
    }

    @Test
    void aConfigurationWithLoginsInItGoesOnWithoutTheKeyring() throws IOException {
        configuration("{\"auths\":{\"other\":{\"auth\":\"eDp5\"}}}");
        helper("secretservice");

        assertThat(logins().keep(SERVER, LOGIN)).contains(file);
    }

    @Test
    void aLoginDoesNotShowItsSecrets() {
        assertThat(new Login("alice", "geheim", "token")).hasToString("login of alice");
    }
}
