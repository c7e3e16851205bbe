package io.bulkhead.volume;

import io.bulkhead.name.Names;
import java.util.regex.Pattern;

/// What a volume may be called, so that a name is always one directory of its own and never a path. A name never
/// begins with a dot: those are the store's own.
final class VolumeName {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");
    private static final int MAX = 255;

    private VolumeName() {}

    static boolean valid(String name) {
        return name.length() > 1 && name.length() <= MAX && NAME.matcher(name).matches();
    }

    /// @throws VolumeException INVALID, in Docker's words
    static void require(String name) {
        if (valid(name)) {
            return;
        }
        String shown = Names.shown(name);
        if (name.length() == 1) {
            throw invalid(shown, "volume name is too short, names should be at least two alphanumeric characters");
        }
        if (name.length() > MAX) {
            throw invalid(shown, "volume name is longer than " + MAX + " characters");
        }
        throw invalid(
                shown,
                "\"" + shown + "\" includes invalid characters for a local volume name, only"
                        + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use"
                        + " absolute path");
    }

    private static VolumeException invalid(String shown, String problem) {
        return new VolumeException(VolumeException.Reason.INVALID, "create " + shown + ": " + problem);
    }
}
