package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the runtime is given is what the OCI runtime specification says, by its own JSON schema.
@WithDaemon
class OciSchemaTest {

    /// Of Debian's golang-github-opencontainers-specs-dev.
    private static final Path SCHEMAS = Path.of("/usr/share/gocode/src/github.com/opencontainers/runtime-spec/schema");

    private final RunningDaemon daemon;

    OciSchemaTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void theSchemaIsThere() {
        assumeTrue(Files.isDirectory(SCHEMAS), "golang-github-opencontainers-specs-dev is not installed");
    }

    private static Schema schema() {
        return SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_4, builder -> builder.schemas(OciSchemaTest::text))
                .getSchema(SchemaLocation.of("https://runtime-spec/config-schema.json"));
    }

    private static String text(String location) {
        try {
            return Files.readString(SCHEMAS.resolve(location.substring(location.lastIndexOf('/') + 1)));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--privileged",
                "--userns=host --network host --pid host --ipc host",
                "--network none --read-only --tmpfs /scratch:size=1m,mode=1777",
                "-m 64m --cpus 0.5 --pids-limit 50 --ulimit nofile=100:200 --shm-size 8m",
                "--device /dev/null:/dev/other:rw --cap-add NET_ADMIN --cap-drop CHOWN --user 1000:1000",
                "--security-opt seccomp:deny=getcwd --security-opt seccomp:allow:family=AF_VSOCK"
                        + " --security-opt seccomp:deny=clone(+CLONE_NEWUSER) --security-opt seccomp:action=errno=EACCES",
                "--security-opt seccomp=unconfined --security-opt no-new-privileges --init --hostname here -e A=b",
                "-t --stop-signal INT --label a=b --sysctl net.ipv4.ip_forward=1",
            })
    void theConfigurationOfAContainerIsValid(String options) throws IOException {
        var command = new ArrayList<>(List.of("run", "-d", "--name", "valid"));
        command.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ")));
        command.addAll(List.of(IMAGE, "sleep", "1000"));
        daemon.said(command.toArray(String[]::new));
        String id = daemon.inspect("valid", "{{.Id}}");

        String config = Files.readString(daemon.home().resolve("run/containers/" + id + "/config.json"));

        assertThat(schema().validate(config, InputFormat.JSON)).isEmpty();
    }
}
