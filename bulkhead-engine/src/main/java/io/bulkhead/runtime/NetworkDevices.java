package io.bulkhead.runtime;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counters of the network devices in a process's network namespace, read through `/proc`: nobody enters it.
public final class NetworkDevices {

    /// A container that may make devices must not make the list long.
    private static final int MOST = 256;

    private static final int HEADER_LINES = 2;
    private static final int FIELDS = 16;

    private NetworkDevices() {}

    public record Counters(
            long rxBytes,
            long rxPackets,
            long rxErrors,
            long rxDropped,
            long txBytes,
            long txPackets,
            long txErrors,
            long txDropped) {}

    /// All but the loopback device, by name; empty when the process has ended.
    public static Map<String, Counters> of(int pid) {
        return parse(CgroupFiles.read(Path.of("/proc/" + pid + "/net/dev")).orElse(""));
    }

    static Map<String, Counters> parse(String text) {
        var devices = new TreeMap<String, Counters>();
        List<String> lines = text.lines().skip(HEADER_LINES).limit(MOST).toList();
        for (String line : lines) {
            // A device's name may itself have a colon in it.
            int colon = line.lastIndexOf(':');
            String name = line.substring(0, Math.max(colon, 0)).strip();
            long[] n = numbers(line.substring(colon + 1).strip());
            if (!name.isEmpty() && !name.equals("lo") && n.length >= FIELDS) {
                devices.put(name, new Counters(n[0], n[1], n[2], n[3], n[8], n[9], n[10], n[11]));
            }
        }
        return devices;
    }

    private static long[] numbers(String text) {
        return Arrays.stream(text.split(" +", -1))
                .mapToLong(word -> CgroupFiles.number(word).orElse(0))
                .toArray();
    }
}
