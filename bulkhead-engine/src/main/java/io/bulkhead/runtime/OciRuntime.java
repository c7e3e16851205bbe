package io.bulkhead.runtime;

import io.bulkhead.kernel.Directory;
import io.bulkhead.name.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The OCI runtime of the host, driven by its command line (OCI runtime 1.2, runtime.md "Operations"). Creating a
/// container is the monitor's part, see [Conmon]; signals go to the process itself.
public final class OciRuntime {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Kind kind;
    private final Path binary;
    private final Path root;
    private final String version;
    private final List<String> seccompFlags;

    public enum Kind {
        CRUN("crun", "status"),
        RUNC("runc", "state.json");

        private final String program;
        private final String state;

        Kind(String program, String state) {
            this.program = program;
            this.state = state;
        }

        public String program() {
            return program;
        }
    }

    private OciRuntime(Kind kind, Path binary, Path root, String version, List<String> seccompFlags) {
        this.kind = kind;
        this.binary = binary;
        this.root = root;
        this.version = version;
        this.seccompFlags = seccompFlags;
    }

    /// Asks the runtime who it is and what it can.
    ///
    /// @param root where it keeps its own state
    /// @throws OciException MISSING naming the package to install
    public static OciRuntime probe(Kind kind, Path binary, Path root) {
        if (!Files.isExecutable(binary)) {
            throw new OciException(
                    OciException.Reason.MISSING,
                    "the OCI runtime " + binary + " is not there: install the package `" + kind.program + "`");
        }
        String version = firstLine(Program.run(List.of(binary.toString(), "--version"), LIMIT))
                .replaceFirst("^\\w+ version ", "");
        return new OciRuntime(kind, binary, root, version, flags(kind, binary));
    }

    /// crun takes the logging flag and has no `features` before 1.8.4; runc lists what it takes, and older ones refuse
    /// any flag.
    private static List<String> flags(Kind kind, Path binary) {
        String log = "SECCOMP_FILTER_FLAG_LOG";
        var features = Program.run(List.of(binary.toString(), "features"), LIMIT);
        boolean listed = features.exitCode() == 0 && lists(features.output(), log);
        return listed || (kind == Kind.CRUN && features.exitCode() != 0) ? List.of(log) : List.of();
    }

    private static boolean lists(String features, String flag) {
        try {
            JsonNode known = JsonMapper.shared().readTree(features).at("/linux/seccomp/supportedFlags");
            return known.valueStream().anyMatch(each -> each.asString().equals(flag));
        } catch (JacksonException _) {
            return false;
        }
    }

    private static String firstLine(Program.Result result) {
        return result.output().lines().findFirst().orElse("unknown");
    }

    public Kind kind() {
        return kind;
    }

    public String version() {
        return version;
    }

    /// The flags of `linux.seccomp.flags` that it takes.
    public List<String> seccompFlags() {
        return seccompFlags;
    }

    Path binary() {
        return binary;
    }

    /// What comes before the operation on every command line.
    List<String> globalOptions() {
        return List.of("--root", root.toString());
    }

    /// Lets a created container's program begin.
    ///
    /// @throws OciException also when the program cannot be executed
    public void start(ContainerId id) {
        require("start", id, operation("start", id.value()));
    }

    /// Removes what the runtime keeps of a container, killing it if it lives. Nothing to remove is fine.
    public void delete(ContainerId id) {
        if (Files.exists(root.resolve(id.value()))) {
            require("delete", id, operation("delete", "--force", id.value()));
        }
    }

    /// As [#delete], for a container whose processes have all ended and whose control group is gone: nothing but
    /// files is left then, and starting a program for them would take longer than all the rest of the end.
    ///
    /// What says that there is a container goes first: without it both runtimes take what a crash leaves for an
    /// aborted creation, and `delete` removes it.
    public void forget(ContainerId id) {
        Path directory = root.resolve(id.value());
        try {
            Files.deleteIfExists(directory.resolve(kind.state));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        try (Directory all = Directory.open(root)) {
            all.removeTree(id.value());
        }
    }

    /// Whether the container was created and its program has not begun: both runtimes then have a fifo in their state
    /// on which the program waits.
    public boolean waitsForStart(ContainerId id) {
        return Files.exists(root.resolve(id.value()).resolve("exec.fifo"));
    }

    /// The ids the runtime keeps something of.
    public List<ContainerId> known() {
        String[] names = root.toFile().list();
        var ids = new ArrayList<ContainerId>();
        for (String name : names == null ? new String[0] : names) {
            try {
                ids.add(new ContainerId(name));
            } catch (IllegalArgumentException _) {
                // not a container of this engine
            }
        }
        return ids;
    }

    private Program.Result operation(String... arguments) {
        var command = new ArrayList<String>();
        command.add(binary.toString());
        command.addAll(globalOptions());
        command.addAll(List.of(arguments));
        return Program.run(command, LIMIT);
    }

    private void require(String operation, ContainerId id, Program.Result result) {
        if (result.exitCode() != 0) {
            throw OciException.said(kind.program + " " + operation + " " + id.shortened(), result.output());
        }
    }
}
