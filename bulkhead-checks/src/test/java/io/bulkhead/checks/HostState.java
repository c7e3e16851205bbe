package io.bulkhead.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a daemon must not change on the host.
///
/// @param containerCgroups those of the engine's containers, whoever's daemon made them
record HostState(
        List<String> mountPoints,
        List<String> devices,
        List<String> links,
        String packetFilter,
        String forwarding,
        List<String> containerCgroups) {

    static HostState now() throws IOException {
        return new HostState(
                Command.text(Path.of("/proc/self/mountinfo"))
                        .lines()
                        .map(line -> line.split(" ", -1)[4])
                        .sorted()
                        .toList(),
                Command.run("stat", "-c", "%n %a %u:%g", "/dev/null", "/dev/zero", "/dev/tty", "/dev/full")
                        .orFail()
                        .lines(),
                Command.run("ip", "-o", "link")
                        .orFail()
                        .out()
                        .lines()
                        .map(line -> line.split(" ", -1)[1])
                        .toList(),
                Command.run("nft", "list", "ruleset").orFail().out(),
                Command.text(Path.of("/proc/sys/net/ipv4/ip_forward")),
                cgroupsOfContainers());
    }

    private static List<String> cgroupsOfContainers() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path parent : Leftovers.cgroups()) {
            try (Stream<Path> children = Files.list(parent)) {
                children.filter(Files::isDirectory).map(Path::toString).sorted().forEach(found::add);
            }
        }
        return found;
    }
}
