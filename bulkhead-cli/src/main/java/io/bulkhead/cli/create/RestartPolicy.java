package io.bulkhead.cli.create;

import java.util.Map;

/// `--restart NAME[:COUNT]`.
public final class RestartPolicy {

    private RestartPolicy() {}

    public static Map<String, Object> parse(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        if (colon == 0) {
            throw Invalid.option("invalid restart policy format: no policy provided before colon");
        }
        try {
            int count = colon < 0 ? 0 : Integer.parseInt(text.substring(colon + 1));
            return Body.object("Name", name, "MaximumRetryCount", count);
        } catch (NumberFormatException _) {
            throw Invalid.option("invalid restart policy format: maximum retry count must be an integer");
        }
    }
}
