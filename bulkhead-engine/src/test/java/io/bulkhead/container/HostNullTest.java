package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNullTest {

    @Test
    void whatTheRuntimeGaveAwayIsRootsAgainWithItsMode(@TempDir Path directory) throws IOException {
        Assumptions.assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        Path device = Files.createFile(directory.resolve("null"));
        Files.setAttribute(device, "unix:uid", 1_000_065_536);
        Files.setAttribute(device, "unix:gid", 1_000_065_536);

        HostNull.takeBack(device);

        assertThat(Files.getAttribute(device, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(device, "unix:gid")).isEqualTo(0);
        assertThat((Integer) Files.getAttribute(device, "unix:mode") & 07777).isEqualTo(0666);
    }
}
