package io.bulkhead.cli.system;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Sizes;
import io.bulkhead.cli.verb.Verb;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "info", description = "Display system-wide information")
public final class InfoVerb extends Verb {

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "json, or a template")
    String format = "";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        Json info = api().get("/info");
        if (!format.isEmpty()) {
            say(Shape.of(format, info.value()));
            return 0;
        }
        say("Client: Bulkhead");
        say(" Version:    " + Client.version());
        say("");
        say("Server:");
        counts(info);
        engine(info);
        host(info);
        info.at("Warnings").items().forEach(warning -> console().err().println(warning.text()));
        return 0;
    }

    private void line(String name, Json value) {
        if (value.exists() && !value.text().isEmpty()) {
            say(" " + name + ": " + value.text());
        }
    }

    private void counts(Json info) {
        line("Containers", info.at("Containers"));
        line(" Running", info.at("ContainersRunning"));
        line(" Paused", info.at("ContainersPaused"));
        line(" Stopped", info.at("ContainersStopped"));
        line("Images", info.at("Images"));
    }

    private void engine(Json info) {
        line("Server Version", info.at("ServerVersion"));
        line("Storage Driver", info.at("Driver"));
        for (Json pair : info.at("DriverStatus").items()) {
            say("  " + pair.items().stream().map(Json::text).collect(Collectors.joining(": ")));
        }
        line("Logging Driver", info.at("LoggingDriver"));
        line("Cgroup Driver", info.at("CgroupDriver"));
        line("Cgroup Version", info.at("CgroupVersion"));
        say(" Runtimes: " + String.join(" ", info.at("Runtimes").fields().keySet()));
        line("Default Runtime", info.at("DefaultRuntime"));
        line("Init Binary", info.at("InitBinary"));
        line("runc version", info.at("RuncCommit", "ID"));
        say(" Security Options:");
        info.at("SecurityOptions").items().forEach(option -> say("  " + option.text()));
    }

    private void host(Json info) {
        line("Kernel Version", info.at("KernelVersion"));
        line("Operating System", info.at("OperatingSystem"));
        line("OSType", info.at("OSType"));
        line("Architecture", info.at("Architecture"));
        line("CPUs", info.at("NCPU"));
        say(" Total Memory: " + Sizes.binary(info.at("MemTotal").decimal()));
        line("Name", info.at("Name"));
        line("ID", info.at("ID"));
        line("Root Dir", info.at("DockerRootDir"));
    }
}
