package io.bulkhead.checks;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// An image made of Debian's signed packages, kept as a tar in the module's `target` and made anew when its list of
/// packages changes.
enum ProgramsImage {
    SMALL(
            Duration.ofMinutes(3),
            "bash,python3,redis-server,nginx-light,apache2-utils,sqlite3,git,openssh-server,openssh-client,perl,gcc,"
                    + "libc6-dev,make,procps"),
    LARGE(Duration.ofMinutes(15), "nodejs,openjdk-17-jdk-headless,postgresql,ruby,strace,procps");

    private static final String SUITE = "bookworm";

    /// Why an image could not be made: one try is enough for all that use it.
    private static final Map<ProgramsImage, String> TRIED = new ConcurrentHashMap<>();

    private final Duration limit;
    private final String packages;

    ProgramsImage(Duration limit, String packages) {
        this.limit = limit;
        this.packages = packages;
    }

    /// Under this name in the daemon.
    String reference() {
        return "programs-" + name().toLowerCase(Locale.ROOT) + ":1";
    }

    /// Skips the test if the daemon does not have it and it cannot be made.
    void requireIn(RunningDaemon daemon) throws IOException {
        String missing = TRIED.getOrDefault(this, "");
        if (missing.isEmpty()) {
            // Asked each time: a daemon that was there before may have been another one.
            missing = importInto(daemon);
            TRIED.put(this, missing);
        }
        assumeTrue(missing.isEmpty(), "needs " + missing);
    }

    /// @return why the daemon does not have it, or an empty text
    private String importInto(RunningDaemon daemon) throws IOException {
        if (daemon.docker("image", "inspect", reference()).exitCode() == 0) {
            return "";
        }
        String missing = make();
        if (missing.isEmpty()) {
            daemon.dockerCommand("import", tar().toString(), reference())
                    .within(limit)
                    .run()
                    .orFail();
        }
        return missing;
    }

    private Path tar() {
        return Path.of(
                "target",
                "programs",
                reference().replace(':', '-') + "-" + Integer.toHexString(packages.hashCode()) + ".tar");
    }

    private String make() throws IOException {
        if (Files.exists(tar())) {
            return "";
        }
        if (!Command.onPath("mmdebstrap")) {
            return "mmdebstrap on the PATH";
        }
        Files.createDirectories(tar().getParent());
        Path unfinished = tar().resolveSibling(tar().getFileName() + ".part");
        // A signal lets it remove the tree it builds.
        Ran made = Command.of(List.of(
                        "timeout",
                        "--kill-after=20",
                        "" + limit.toSeconds(),
                        "mmdebstrap",
                        "--quiet",
                        "--variant=apt",
                        "--include=" + packages,
                        "--dpkgopt=force-unsafe-io",
                        "--dpkgopt=path-exclude=/usr/share/doc/*",
                        "--dpkgopt=path-exclude=/usr/share/man/*",
                        "--dpkgopt=path-exclude=/usr/share/locale/*",
                        "--skip=output/dev",
                        "--format=tar",
                        SUITE,
                        unfinished.toString()))
                .with(Map.of("LC_ALL", "C.UTF-8"))
                .within(limit.plusSeconds(30))
                .run();
        if (made.exitCode() != 0) {
            Files.deleteIfExists(unfinished);
            return "Debian's packages within " + limit.toSeconds() + " s: " + made.err();
        }
        Files.move(unfinished, tar(), StandardCopyOption.ATOMIC_MOVE);
        return "";
    }
}
