package io.bulkhead.cli.image;

import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.output.Progress;
import io.bulkhead.cli.verb.Console;
import java.io.PrintStream;

/// Fetching an image, for `pull` and for `run` and `create` whose image is missing.
public final class Pull {

    private Pull() {}

    /// @param out where progress is told
    /// @param terminal whether that is a terminal
    public static void image(
            Api api, Console console, String image, String platform, PrintStream out, boolean terminal) {
        var progress = new Progress(out, terminal);
        String[] parts = split(image);
        String path = Query.of("/images/create")
                .with("fromImage", parts[0])
                .withText("tag", parts[1])
                .withText("platform", platform)
                .toString();
        api.each("POST", path, RegistryCredentials.headers(image, console), progress::show);
    }

    /// Name and tag or digest; `latest` when there is neither.
    static String[] split(String image) {
        int at = image.indexOf('@');
        if (at >= 0) {
            return new String[] {image.substring(0, at), image.substring(at + 1)};
        }
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/')
                ? new String[] {image.substring(0, colon), image.substring(colon + 1)}
                : new String[] {image, "latest"};
    }

    /// With the tag that is meant when none was written.
    public static String withTag(String image) {
        return image.contains("@") ? image : String.join(":", split(image));
    }
}
