package io.bulkhead.network;

import io.bulkhead.kernel.Fd;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.NetworkSpec.Mode;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.Protocol;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How long attaching and detaching take, in namespaces of its own. Not a test: run it by hand, as root.
final class AttachMeasurement {

    private static final int ROUNDS = 60;
    private static final int WARM_UP = 20;

    private AttachMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        var temp = Files.createTempDirectory("attach-measurement");
        try (var world = new TestHost();
                var networks = BridgeNetworks.open(temp.resolve("state"), temp.resolve("run"), world.settings())) {
            measure("no port", world, networks, List.of());
            measure("one port", world, networks, List.of(new PublishedPort(new Port(80, Protocol.TCP), "", 0)));
            networks.sweep(List.of());
        }
    }

    private static void measure(String what, TestHost world, BridgeNetworks networks, List<PublishedPort> ports) {
        var attach = new ArrayList<Long>();
        var detach = new ArrayList<Long>();
        for (int round = 0; round < WARM_UP + ROUNDS; round++) {
            Fd network = world.namespace();
            var id = world.id();
            long start = System.nanoTime();
            networks.attach(id, spec(ports), network);
            long attached = System.nanoTime();
            networks.detach(id);
            if (round >= WARM_UP) {
                attach.add(attached - start);
                detach.add(System.nanoTime() - attached);
            }
            network.close();
        }
        System.out.printf("%s: attach %s, detach %s%n", what, shown(attach), shown(detach));
    }

    private static String shown(List<Long> nanos) {
        var sorted = nanos.stream().sorted().toList();
        return String.format("min %.1f median %.1f ms", sorted.getFirst() / 1e6, sorted.get(sorted.size() / 2) / 1e6);
    }

    private static NetworkSpec spec(List<PublishedPort> ports) {
        return new NetworkSpec(
                new Mode.Bridge("bridge"),
                List.of(),
                ports,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }
}
