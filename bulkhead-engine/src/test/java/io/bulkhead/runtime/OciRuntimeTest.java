package io.bulkhead.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.name.ContainerId;
import io.bulkhead.runtime.OciRuntime.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// That the engine may remove a runtime's files itself rests on what both do with a part of them.
class OciRuntimeTest {

    @TempDir
    Path root;

    private final ContainerId id = ContainerId.random(new Random());

    private OciRuntime runtime(Kind kind) {
        Path binary = Path.of("/usr/bin", kind.program());
        assumeTrue(Files.isExecutable(binary), "needs " + binary);
        return OciRuntime.probe(kind, binary, root);
    }

    private void keep(String... files) throws IOException {
        Files.createDirectories(root.resolve(id.value()));
        for (String file : files) {
            Files.writeString(root.resolve(id.value()).resolve(file), "{}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingOfAForgottenContainerIsKnown(Kind kind) throws IOException {
        OciRuntime runtime = runtime(kind);
        keep("status", "state.json", "config.json");

        runtime.forget(id);

        assertThat(runtime.known()).isEmpty();
        assertThat(root).isEmptyDirectory();
        runtime.forget(id);
    }

    @ParameterizedTest
    @EnumSource
    void whatACrashWhileForgettingLeavesIsDeleted(Kind kind) throws IOException {
        OciRuntime runtime = runtime(kind);
        keep("config.json");
        assertThat(runtime.known()).containsExactly(id);

        runtime.delete(id);

        assertThat(root).isEmptyDirectory();
    }
}
