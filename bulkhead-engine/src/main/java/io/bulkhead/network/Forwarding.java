package io.bulkhead.network;

import io.bulkhead.network.NetworkException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The host's `ip_forward` switch. Containers need it on; a host that had it off is not to become a router for anybody
/// else by that, so as long as the switch is on by our doing, a rule drops whatever is forwarded for others. That it
/// was
/// our doing is kept in a file, since it must outlive this process.
final class Forwarding {

    private static final System.Logger LOG = System.getLogger(Forwarding.class.getName());
    private static final String SWITCH = "ipv4/ip_forward";

    private final HostNetwork host;
    private final Path record;

    Forwarding(HostNetwork host, Path runDirectory) {
        this.host = host;
        this.record = runDirectory.resolve("ip_forward-switched-on");
    }

    /// Whether the host did not forward before.
    boolean switchedByUs() {
        return Files.exists(record);
    }

    /// To be called after the rules that hold it in are there; see [#claim].
    void on() {
        if (host.sysctl(SWITCH).equals("0")) {
            host.setSysctl(SWITCH, "1");
            LOG.log(
                    System.Logger.Level.INFO,
                    "net.ipv4.ip_forward switched on: containers reach other hosts through this one."
                            + " Forwarding for anybody else stays refused");
        }
    }

    /// Records that the switch is off and will be switched on by us, before it happens: a crash in between leaves a
    /// rule too many, not one too few.
    void claim() {
        if (!host.sysctl(SWITCH).equals("0")) {
            return;
        }
        try {
            Files.writeString(record, "0\n");
        } catch (IOException failure) {
            throw new NetworkException(Reason.PLUMBING, record + " cannot be written: " + failure, failure);
        }
    }

    /// Switches it off again if it was us who switched it on.
    void restore() {
        try {
            if (switchedByUs()) {
                host.setSysctl(SWITCH, "0");
                Files.delete(record);
                LOG.log(System.Logger.Level.INFO, "net.ipv4.ip_forward switched off again: no container needs it");
            }
        } catch (IOException failure) {
            throw new NetworkException(Reason.PLUMBING, record + " cannot be removed: " + failure, failure);
        }
    }
}
