package io.bulkhead.dockerapi.seccomp;

import static io.bulkhead.dockerapi.TestApi.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.TestApi;
import io.bulkhead.http.Answer;
import io.bulkhead.http.Ask;
import io.bulkhead.kernel.LibSeccomp;
import io.bulkhead.name.Digest;
import io.bulkhead.profile.ProfileReader;
import io.bulkhead.seccomp.BpfProgram;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SeccompRoutesTest {

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void open() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the expected calls are this machine's");
        api = new TestApi(directory);
    }

    @AfterEach
    void close() {
        if (api != null) {
            api.close();
        }
    }

    private Answer ask(String question, String body) {
        return api.send(
                new SeccompRoutes(api.backend).routes(),
                Ask.post("/bulkhead/v1/seccomp/" + question).json(body));
    }

    private JsonNode answer(String question, String body) {
        Answer answer = ask(question, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return json(answer);
    }

    @Test
    void theDefaultPolicyIsShownByTableAndGroup() {
        JsonNode report = answer("show", "{\"Policy\":{}}");

        assertThat(report.path("Base").asString()).isEqualTo("default");
        assertThat(report.at("/Tables/0/Table").asString()).isEqualTo("x86_64");
        assertThat(report.at("/Tables/0/Allowed").asInt()).isBetween(200, 300);
        assertThat(report.at("/Tables/1/Open").asBoolean()).isFalse();
        assertThat(report.at("/Tables/1/Allowed").asInt()).isZero();
        assertThat(report.path("Limited").findValuesAsString("Call"))
                .contains("clone", "personality", "socket", "socketpair");
        JsonNode kexec = report.path("Groups")
                .valueStream()
                .filter(group -> group.path("Group").asString().equals("@kexec"))
                .findFirst()
                .orElseThrow();
        assertThat(kexec.path("Allowed")).isEmpty();
        assertThat(kexec.path("Refused").toString()).isEqualTo("[\"kexec_file_load\",\"kexec_load\"]");
    }

    @Test
    void capabilitiesShowWhatTheyOpen() {
        JsonNode report = answer("show", "{\"Policy\":{\"CapAdd\":[\"SYS_TIME\"]}}");

        assertThat(report.at("/OpenedByCapabilities/SYS_TIME").toString()).contains("clock_settime");
    }

    @Test
    void aPolicyIsWrittenInFourFormats() {
        assumeTrue(LibSeccomp.find().isPresent(), "needs libseccomp");

        JsonNode docker = answer("show", "{\"Policy\":{},\"Format\":\"docker\"}");
        JsonNode oci = answer("show", "{\"Policy\":{},\"Format\":\"oci\"}");
        JsonNode bpf = answer("show", "{\"Policy\":{},\"Format\":\"bpf\"}");
        JsonNode pseudo = answer("show", "{\"Policy\":{},\"Format\":\"pseudo\"}");

        assertThat(ProfileReader.read(docker.path("Text").asString()).syscalls())
                .isNotEmpty();
        assertThat(Json.mapper()
                        .readTree(oci.path("Text").asString())
                        .at("/architectures/0")
                        .asString())
                .isEqualTo("SCMP_ARCH_X86_64");
        byte[] program = Base64.getDecoder().decode(bpf.path("Bytes").asString());
        assertThat(BpfProgram.of(program).instructions()).hasSizeGreaterThan(100);
        assertThat(pseudo.path("Text").asString()).contains("# filter for syscall \"read\"");
    }

    @Test
    void aCallIsExplainedWithItsRuleAndWhatChangesIt() {
        JsonNode report =
                answer("explain", "{\"Policy\":{},\"Call\":\"socket\",\"Arguments\":[\"AF_VSOCK\",\"SOCK_STREAM\"]}");

        assertThat(report.path("Cases")).hasSize(1);
        assertThat(report.at("/Cases/0/Verdict").asString()).startsWith("refused with ");
        assertThat(report.at("/Cases/0/Rule").asString()).isNotEmpty();
        assertThat(report.at("/Cases/0/Change").asString()).isEqualTo("--security-opt seccomp:allow:family:AF_VSOCK");
        assertThat(report.path("OtherTables").toString()).isEqualTo("[\"i386\",\"x32\"]");
    }

    @Test
    void theLineOfTheDefaultPolicyIsNamed() {
        JsonNode report = answer("explain", "{\"Policy\":{},\"Call\":\"kexec_load\"}");

        assertThat(report.at("/Cases/0/Rule").asString()).matches(".*\\(default-policy\\.txt line \\d+\\)");
    }

    @Test
    void anotherTableIsAskedAboutByName() {
        JsonNode report = answer("explain", "{\"Policy\":{},\"Call\":\"socketcall\",\"Architecture\":\"i386\"}");

        assertThat(report.at("/Cases/0/Change").asString()).isEqualTo("--security-opt seccomp:allow:arch:i386");
    }

    @Test
    void aContainersPolicyIsItsOwn() {
        api.containers.add("web", Digest.sha256("a".repeat(64)), "data");

        JsonNode report = answer("explain", "{\"Policy\":{\"Container\":\"web\"},\"Call\":\"getcwd\"}");
        JsonNode difference = answer("diff", "{\"Before\":{\"Container\":\"web\"},\"After\":{}}");

        assertThat(report.path("Name").asString()).isEqualTo("container web");
        assertThat(report.at("/Cases/0/Verdict").asString()).isEqualTo("allowed");
        assertThat(difference.path("Before").asString()).isEqualTo("container web");
    }

    @Test
    void aDifferenceIsCallsGainedAndLostByTable() {
        JsonNode difference = answer(
                "diff",
                "{\"Before\":{},\"After\":{\"SecurityOpt\":[\"seccomp:deny:getcwd\",\"seccomp:allow:arch:i386\"]}}");

        assertThat(difference.path("Same").asBoolean()).isFalse();
        assertThat(difference.at("/Tables/0/Lost").toString()).isEqualTo("[\"getcwd\"]");
        assertThat(difference.at("/Tables/0/Gained")).isEmpty();
        assertThat(difference.at("/Tables/1/Gained").size()).isGreaterThan(200);
        assertThat(answer("diff", "{\"Before\":{},\"After\":{}}").path("Same").asBoolean())
                .isTrue();
    }

    @Test
    void whereThereIsNoFilterThatIsSaid() {
        String unconfined = "{\"SecurityOpt\":[\"seccomp=unconfined\"]}";

        assertThat(answer("show", "{\"Policy\":" + unconfined + "}")
                        .path("Base")
                        .asString())
                .isEqualTo("unconfined");
        assertThat(answer("explain", "{\"Policy\":" + unconfined + ",\"Call\":\"bpf\"}")
                        .at("/Cases/0/Verdict")
                        .asString())
                .isEqualTo("allowed");
        Answer difference = ask("diff", "{\"Before\":{},\"After\":" + unconfined + "}");
        assertThat(difference.status()).isEqualTo(400);
        assertThat(difference.text()).contains("is unconfined", "no filter to compare");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "show | {} | Policy: the policy is missing",
                "show | {\"Policy\":{\"Kind\":1}} | Policy.Kind: this field is not known here",
                "show | {\"Policy\":{},\"Format\":\"pdf\"} | it is docker, oci, bpf or pseudo",
                "show | {\"Policy\":{\"SecurityOpt\":[\"label=disable\"]}} | only seccomp options",
                "show | {\"Policy\":{\"SecurityOpt\":[\"seccomp=\"]}} | an empty profile is no filter",
                "show | {\"Policy\":{\"SecurityOpt\":[\"seccomp={}\"]}} | defaultAction",
                "show | {\"Policy\":{\"SecurityOpt\":[\"seccomp:deny:opne\"]}} | did you mean open",
                "show | {\"Policy\":{\"CapAdd\":[\"FLY\"]}} | unknown capability",
                "show | {\"Policy\":{\"Container\":\"a\",\"CapAdd\":[\"KILL\"]}} | cannot be asked about together",
                "explain | {\"Policy\":{},\"Call\":\"opne\"} | did you mean open",
                "explain | {\"Policy\":{},\"Call\":\"\"} | no system call is called",
                "explain | {\"Policy\":{},\"Call\":\"socketcall\"} | exists only on i386",
                "explain | {\"Policy\":{},\"Call\":\"read\",\"Architecture\":\"arm\"} | this machine runs no arm",
                "explain | {\"Policy\":{},\"Call\":\"read\",\"Architecture\":\"vax\"} | no architecture is called",
                "explain | {\"Policy\":{},\"Call\":\"socket\",\"Arguments\":[\"AF_VSOKC\"]} | did you mean AF_VSOCK",
                "diff | {\"Before\":{}} | After: the policy is missing",
                "diff | {\"Before\":{},\"Before\":{}} | invalid JSON"
            })
    void whatCannotBeAnsweredIsRefusedWithTheReason(String question, String body, String problem) {
        Answer answer = ask(question, body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.text()).contains(problem);
    }

    @Test
    void aContainerThatIsNotThereIsNotFound() {
        assertThat(ask("show", "{\"Policy\":{\"Container\":\"nobody\"}}").status())
                .isEqualTo(404);
    }

    @Test
    void whoMayNotIsToldNothing() {
        api.containers.add("web", Digest.sha256("a".repeat(64)), "data");

        Answer answer = api.send(
                new SeccompRoutes(api.backend).routes(),
                Ask.post("/bulkhead/v1/seccomp/show").by(Ask.user(1000)).json("{\"Policy\":{\"Container\":\"web\"}}"));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).doesNotContain("Tables");
    }
}
