package io.bulkhead.cli.create;

import java.net.InetAddress;

/// `--add-host NAME:ADDRESS` and addresses.
final class Hosts {

    private Hosts() {}

    static String parse(String option) {
        int sign = option.indexOf('=') >= 0 ? option.indexOf('=') : option.indexOf(':');
        if (sign < 1) {
            throw Invalid.argument(option, "--add-host", "bad format for add-host: \"" + option + "\"");
        }
        String address = option.substring(sign + 1);
        if (address.length() > 2 && address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        if (!address.equals("host-gateway")) {
            requireAddress(address, option, "--add-host", "invalid IP address in add-host: \"" + address + "\"");
        }
        return option.substring(0, sign) + ":" + address;
    }

    static void requireAddress(String address, String option, String flag, String problem) {
        try {
            InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException _) {
            throw Invalid.argument(option, flag, problem);
        }
    }
}
