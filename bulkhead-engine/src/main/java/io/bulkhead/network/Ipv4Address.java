package io.bulkhead.network;

import io.bulkhead.name.Names;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/// An IPv4 address. Only the plain spelling of four decimal numbers is read: `010.1` or `0x7f000001` mean different
/// addresses to different programs.
///
/// @param bits the address as the number that orders it, 0 to 2^32 - 1
record Ipv4Address(long bits) implements Comparable<Ipv4Address> {

    static final Ipv4Address ANY = new Ipv4Address(0);

    private static final long MAX = 0xFFFF_FFFFL;
    private static final String BYTE = "(0|[1-9][0-9]{0,2})";
    private static final Pattern TEXT = Pattern.compile(BYTE + "\\." + BYTE + "\\." + BYTE + "\\." + BYTE);

    Ipv4Address {
        if (bits < 0 || bits > MAX) {
            throw new IllegalArgumentException("address " + bits + " is outside 0.." + MAX);
        }
    }

    /// @throws IllegalArgumentException if `text` is not four numbers from 0 to 255
    static Ipv4Address parse(String text) {
        var matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw notAnAddress(text);
        }
        long bits = 0;
        for (int i = 1; i <= 4; i++) {
            int part = Integer.parseInt(matcher.group(i));
            if (part > 255) {
                throw notAnAddress(text);
            }
            bits = (bits << 8) | part;
        }
        return new Ipv4Address(bits);
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("`" + Names.shown(text) + "` is not an IPv4 address");
    }

    boolean isAny() {
        return bits == 0;
    }

    Inet4Address inetAddress() {
        try {
            return (Inet4Address) InetAddress.getByAddress(
                    new byte[] {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an address", impossible);
        }
    }

    @Override
    public int compareTo(Ipv4Address other) {
        return Long.compare(bits, other.bits);
    }

    @Override
    public String toString() {
        return (bits >> 24) + "." + ((bits >> 16) & 0xFF) + "." + ((bits >> 8) & 0xFF) + "." + (bits & 0xFF);
    }
}
