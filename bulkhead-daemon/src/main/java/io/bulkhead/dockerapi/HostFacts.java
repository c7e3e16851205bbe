package io.bulkhead.dockerapi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;

/// The machine, as `info` and `version` show it.
///
/// @param id stable for one installation of an operating system
/// @param operatingSystem for example `Debian GNU/Linux 12 (bookworm)`
/// @param architecture as uname(1) writes it, `x86_64`
/// @param memory bytes
public record HostFacts(
        String id,
        String name,
        String kernelVersion,
        String operatingSystem,
        String osVersion,
        String architecture,
        int cpus,
        long memory) {

    /// The one way images and containers are put together here, in Docker's word for it.
    public static final String STORAGE_DRIVER = "overlay2";

    public static HostFacts read() {
        return read(Path.of("/"));
    }

    static HostFacts read(Path root) {
        String release = text(root.resolve("etc/os-release"));
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return new HostFacts(
                id(text(root.resolve("etc/machine-id")).strip()),
                text(root.resolve("proc/sys/kernel/hostname")).strip(),
                text(root.resolve("proc/sys/kernel/osrelease")).strip(),
                line(release, "PRETTY_NAME="),
                line(release, "VERSION_ID="),
                machine.equals("amd64") ? "x86_64" : machine,
                Runtime.getRuntime().availableProcessors(),
                kilobytes(line(text(root.resolve("proc/meminfo")), "MemTotal:")) * 1024);
    }

    /// As Docker's API names architectures.
    public String goArchitecture() {
        return switch (architecture) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> architecture;
        };
    }

    /// Hashed: machine-id(5) asks not to show the id itself to others.
    private static String id(String machineId) {
        return UUID.nameUUIDFromBytes(("bulkhead " + machineId).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static String line(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).replace("\"", "").strip())
                .findFirst()
                .orElse("");
    }

    private static long kilobytes(String memory) {
        String digits = memory.replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    /// Only for display, so a file that cannot be read is an empty one.
    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            return "";
        }
    }
}
