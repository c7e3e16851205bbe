package io.bulkhead.network;

import io.bulkhead.kernel.Fd;
import io.bulkhead.name.Names;
import java.util.Optional;
import java.util.regex.Pattern;

/// How this host's containers are connected.
///
/// @param bridge the device's name
/// @param subnet for example `10.89.0.0/16`; empty: the first of a list that clashes with no route of the host
/// @param mtu of the bridge and of the containers' devices
/// @param hostNetwork the network namespace that plays the host's part; empty: the one this process is in. It must stay
/// open as long as the networks are used
public record Settings(String bridge, Optional<String> subnet, int mtu, Optional<Fd> hostNetwork) {

    /// Names beginning with this are those of the containers' devices.
    static final String PORT_PREFIX = "bhd";

    private static final Pattern BRIDGE = Pattern.compile("[a-z][a-z0-9_-]{0,14}");
    private static final int SMALLEST_MTU = 576;
    private static final int LARGEST_MTU = 65_535;

    public Settings {
        if (!BRIDGE.matcher(bridge).matches()
                || bridge.startsWith(PORT_PREFIX)
                || bridge.equals("all")
                || bridge.equals("default")
                || bridge.equals("lo")) {
            throw new IllegalArgumentException("`" + Names.shown(bridge)
                    + "` cannot be the bridge's name: 1 to 15 of a-z, 0-9, - and _, a letter first, not " + PORT_PREFIX
                    + "..., all, default or lo");
        }
        if (mtu < SMALLEST_MTU || mtu > LARGEST_MTU) {
            throw new IllegalArgumentException("mtu " + mtu + " is outside " + SMALLEST_MTU + ".." + LARGEST_MTU);
        }
        subnet.ifPresent(Subnet::parse);
    }

    public static Settings defaults() {
        return new Settings("bulkhead0", Optional.empty(), 1500, Optional.empty());
    }
}
