package io.bulkhead.dockerapi.create;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/// Addresses as text, checked without asking any resolver.
final class Addresses {

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

    private Addresses() {}

    static String require(String field, String text) {
        return isIpv4(text) || isIpv6(text) ? text : refuse(field, text, "is not an IP address");
    }

    static String requireIpv4(String field, String text) {
        return isIpv4(text) ? text : refuse(field, text, "is not an IPv4 address");
    }

    private static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    private static boolean isIpv6(String text) {
        try {
            return IPV6.matcher(text).matches() && InetAddress.ofLiteral(text) != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// A hardware address of one interface.
    static String requireMac(String text) {
        String mac = text.toLowerCase(Locale.ROOT).replace('-', ':');
        if (!MAC.matcher(mac).matches() || (Integer.parseInt(mac.substring(0, 2), 16) & 1) != 0) {
            throw Invalid.value("MacAddress", text, "is not a hardware address of one interface");
        }
        return mac;
    }

    private static String refuse(String field, String text, String problem) {
        throw Invalid.value(field, text, problem);
    }
}
