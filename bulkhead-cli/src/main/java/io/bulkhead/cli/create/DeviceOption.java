package io.bulkhead.cli.create;

import java.util.Map;

/// `--device HOST[:CONTAINER][:rwm]`.
final class DeviceOption {

    private DeviceOption() {}

    static Map<String, Object> parse(String option) {
        String[] parts = option.split(":", -1);
        if (parts.length > 3) {
            throw Invalid.option("invalid device specification: " + option);
        }
        boolean secondIsMode = parts.length == 2 && isMode(parts[1]);
        String inside = parts.length > 1 && !secondIsMode ? parts[1] : parts[0];
        String mode = secondIsMode ? parts[1] : parts.length == 3 ? parts[2] : "rwm";
        if (!isMode(mode)) {
            throw Invalid.option("bad mode specified: " + mode);
        }
        if (!inside.startsWith("/")) {
            throw Invalid.option(inside + " is not an absolute path");
        }
        return Body.object("PathOnHost", parts[0], "PathInContainer", inside, "CgroupPermissions", mode);
    }

    private static boolean isMode(String text) {
        boolean letters = !text.isEmpty() && text.chars().allMatch(c -> "rwm".indexOf(c) >= 0);
        return letters && text.chars().distinct().count() == text.length();
    }
}
