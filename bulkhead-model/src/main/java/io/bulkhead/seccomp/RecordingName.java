package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import java.util.regex.Pattern;

/// What a recording is called; also the name of its file.
public record RecordingName(String value) implements Comparable<RecordingName> {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}");

    public RecordingName {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException("`" + Names.shown(value)
                    + "` is no name for a recording: [a-zA-Z0-9][a-zA-Z0-9_.-], 1 to 64 characters");
        }
    }

    @Override
    public int compareTo(RecordingName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
