package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.name.Names;
import io.bulkhead.spec.LogSpec;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the log option `max-size`, for example `10m`, as Docker does: k, m and g are powers of 1024.
final class LogLimit {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([kmg]?)b?");

    private LogLimit() {}

    /// @return bytes, or `standard` where the option is absent; negative for no limit
    static long of(LogSpec log, long standard) {
        String text = log.options().get("max-size");
        if (text == null) {
            return standard;
        }
        if (text.equals("-1")) {
            return -1;
        }
        Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new EngineException(
                    Reason.INVALID, "log option max-size `" + Names.shown(text) + "` is no size such as 10m");
        }
        int shift = switch (size.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
        return Long.parseLong(size.group(1)) << shift;
    }
}
