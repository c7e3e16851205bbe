package io.bulkhead.dockerapi;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request's path with its API version taken off: `/v1.43/containers/json` or `/containers/json`.
///
/// @param asked the version the path names
/// @param segments raw, as sent
record RequestPath(Optional<ApiVersion> asked, List<String> segments) {

    private static final Pattern VERSION = Pattern.compile("v([0-9]{1,4})\\.([0-9]{1,4})");

    RequestPath {
        segments = List.copyOf(segments);
    }

    /// @return nothing for a path that does not begin with a slash, such as `*`
    static Optional<RequestPath> of(String path) {
        if (!path.startsWith("/")) {
            return Optional.empty();
        }
        // With a limit of -1 a slash at the end makes an empty segment, which no route has.
        List<String> segments = Arrays.asList(path.substring(1).split("/", -1));
        Matcher version = VERSION.matcher(segments.getFirst());
        if (!version.matches()) {
            return Optional.of(new RequestPath(Optional.empty(), segments));
        }
        var asked = new ApiVersion(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)));
        return Optional.of(new RequestPath(Optional.of(asked), segments.subList(1, segments.size())));
    }

    ApiVersion version() {
        return asked.orElse(ApiVersion.CURRENT);
    }
}
