package io.bulkhead.cli.create;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options `run` and `create` share.
public final class CreateOptions {

    @Option(names = "--name", paramLabel = "NAME", description = "Assign a name to the container")
    String name = "";

    @Option(names = "--cidfile", paramLabel = "FILE", description = "Write the container ID to the file")
    String cidfile = "";

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH",
            description = "Set platform if server is multi-platform capable")
    String platform = "";

    @Option(
            names = "--pull",
            paramLabel = "WHEN",
            description = "Pull image before running (\"always\", \"missing\", \"never\")")
    String pull = "missing";

    @Option(
            names = {"-q", "--quiet"},
            arity = "0..1",
            fallbackValue = "true",
            description = "Suppress the pull output")
    boolean quiet;

    @Option(names = "--shm-size", paramLabel = "BYTES", description = "Size of /dev/shm")
    String shmSize = "";

    @Option(names = "--ulimit", paramLabel = "NAME=SOFT[:HARD]", description = "Ulimit options")
    List<String> ulimits = new ArrayList<>();

    @Option(
            names = "--memory-swappiness",
            paramLabel = "0-100",
            description = "Tune container memory swappiness (0 to 100)")
    long swappiness = -1;

    @Option(
            names = "--oom-score-adj",
            paramLabel = "NUMBER",
            description = "Tune host's OOM preferences (-1000 to 1000)")
    int oomScoreAdj;

    @Option(names = "--oom-kill-disable", arity = "0..1", fallbackValue = "true", description = "Disable OOM Killer")
    @Nullable
    Boolean oomKillDisable;

    @Mixin
    ProcessOptions process = new ProcessOptions();

    @Mixin
    StorageOptions storage = new StorageOptions();

    @Mixin
    NetworkOptions network = new NetworkOptions();

    @Mixin
    ResourceOptions resources = new ResourceOptions();

    @Mixin
    SecurityOptions security = new SecurityOptions();

    @Mixin
    HealthOptions health = new HealthOptions();

    public String name() {
        return name;
    }

    public String cidfile() {
        return cidfile;
    }

    public String platform() {
        return platform;
    }

    public String pull() {
        return pull;
    }

    public boolean quiet() {
        return quiet;
    }

    public boolean interactive() {
        return process.interactive;
    }

    public boolean tty() {
        return process.tty;
    }

    public boolean removes() {
        return process.remove;
    }

    /// @param stream `stdin`, `stdout` or `stderr`
    public boolean attaches(String stream) {
        return process.attaches(stream);
    }

    public boolean namesStreams() {
        return !process.attach.isEmpty();
    }
}
