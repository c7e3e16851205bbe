package io.bulkhead.network;

import io.bulkhead.name.Names;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The hardware address of one network device, in lower case with colons.
record MacAddress(String text) {

    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

    private static final String DEFAULT = "02:42:";

    MacAddress {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("`" + Names.shown(text) + "` is not a MAC address");
        }
        if ((Integer.parseInt(text.substring(0, 2), 16) & 1) != 0 || text.equals("00:00:00:00:00:00")) {
            throw new IllegalArgumentException("MAC address " + text + " is not that of one device");
        }
    }

    static MacAddress parse(String text) {
        return new MacAddress(text.toLowerCase(Locale.ROOT).replace('-', ':'));
    }

    /// The one a container with this address has unless it asks for another: nobody else's, and the same each time.
    static MacAddress of(Ipv4Address address) {
        long bits = address.bits();
        return new MacAddress(String.format(
                DEFAULT + "%02x:%02x:%02x:%02x", bits >> 24, (bits >> 16) & 0xFF, (bits >> 8) & 0xFF, bits & 0xFF));
    }

    /// The address whose container has this one by default, if it is of that form.
    Optional<Ipv4Address> byDefaultOf() {
        return text.startsWith(DEFAULT)
                ? Optional.of(new Ipv4Address(HexFormat.fromHexDigitsToLong(
                        text.substring(DEFAULT.length()).replace(":", ""))))
                : Optional.empty();
    }

    byte[] bytes() {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
