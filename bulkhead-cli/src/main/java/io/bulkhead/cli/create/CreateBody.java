package io.bulkhead.cli.create;

import io.bulkhead.cli.verb.Console;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The body of `POST /containers/create`, field by field what the stock client sends for the same options.
public final class CreateBody {

    private CreateBody() {}

    /// @param detached `run -d`: nobody looks at the streams
    public static Map<String, Object> of(
            CreateOptions options, String image, List<String> command, boolean detached, Console console) {
        var ports = new PortOptions(options.network.publish, options.network.expose);
        Map<String, Object> body = new LinkedHashMap<>();
        options.network.addTo(body, ports);
        options.process.addTo(body, detached, console);
        body.put("Cmd", Body.orNull(command));
        body.put("Image", image);
        body.put("Volumes", options.storage.anonymous());
        body.put("OnBuild", null);
        options.health.addTo(body);
        body.put("HostConfig", host(options, ports));
        body.put("NetworkingConfig", Map.of("EndpointsConfig", options.network.endpoints()));
        return body;
    }

    private static Map<String, Object> host(CreateOptions options, PortOptions ports) {
        if (options.swappiness != -1 && (options.swappiness < 0 || options.swappiness > 100)) {
            throw Invalid.option("invalid value: " + options.swappiness + ". Valid memory swappiness range is 0-100");
        }
        Map<String, Object> host = new LinkedHashMap<>();
        options.storage.addToHost(host);
        options.process.addToHost(host);
        options.network.addToHost(host, ports);
        options.security.addToHost(host);
        options.resources.addToHost(host);
        host.put("ContainerIDFile", options.cidfile);
        host.put("ConsoleSize", List.of(0, 0));
        host.put("Cgroup", "");
        host.put("OomScoreAdj", options.oomScoreAdj);
        host.put("ShmSize", ResourceOptions.bytes(options.shmSize, "--shm-size"));
        host.put("Isolation", "");
        host.put("MemorySwappiness", options.swappiness);
        host.put("OomKillDisable", Boolean.TRUE.equals(options.oomKillDisable));
        host.put("Ulimits", ResourceOptions.ulimits(options.ulimits));
        addUnused(host);
        return host;
    }

    /// What this client has no options for, with the stock client's values.
    private static void addUnused(Map<String, Object> host) {
        List.of(
                        "BlkioWeightDevice",
                        "BlkioDeviceReadBps",
                        "BlkioDeviceWriteBps",
                        "BlkioDeviceReadIOps",
                        "BlkioDeviceWriteIOps")
                .forEach(field -> host.put(field, List.of()));
        host.put("DeviceRequests", null);
        List.of(
                        "CpuRealtimePeriod",
                        "CpuRealtimeRuntime",
                        "CpuCount",
                        "CpuPercent",
                        "IOMaximumIOps",
                        "IOMaximumBandwidth")
                .forEach(field -> host.put(field, 0));
    }
}
