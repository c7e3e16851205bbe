package io.bulkhead.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;

/// Watches what is typed for the keys that detach. Keys that may begin the sequence are held back until it is clear
/// that they do not.
public final class DetachKeys {

    private static final String USUAL = "ctrl-p,ctrl-q";

    private final byte[] sequence;
    private int matched;
    private boolean detached;

    private DetachKeys(byte[] sequence) {
        this.sequence = sequence;
    }

    /// @param keys `ctrl-x,y,...`; empty for Docker's usual ones
    /// @throws IllegalArgumentException for a key that does not exist
    public static DetachKeys parse(String keys) {
        var sequence = new ByteArrayOutputStream();
        for (String key : (keys.isEmpty() ? USUAL : keys).split(",", -1)) {
            sequence.write(code(key));
        }
        return new DetachKeys(sequence.toByteArray());
    }

    private static int code(String key) {
        if (key.length() == 1 && key.charAt(0) < 128) {
            return key.charAt(0);
        }
        String name = key.toLowerCase(Locale.ROOT);
        if (name.equals("del")) {
            return 127;
        }
        if (name.startsWith("ctrl-") && name.length() == "ctrl-".length() + 1) {
            char last = name.charAt(name.length() - 1);
            int index = "@abcdefghijklmnopqrstuvwxyz[\\]^_".indexOf(last);
            if (index >= 0) {
                return index;
            }
        }
        throw new IllegalArgumentException("invalid detach keys: Unknown character: '" + key + "'");
    }

    /// What of the input goes on to the container; [#detached] tells whether the sequence was complete.
    public byte[] pass(byte[] input, int length) {
        var passed = new ByteArrayOutputStream();
        for (int i = 0; i < length && !detached; i++) {
            if (input[i] == sequence[matched]) {
                matched++;
                detached = matched == sequence.length;
            } else {
                passed.writeBytes(Arrays.copyOf(sequence, matched));
                matched = input[i] == sequence[0] ? 1 : 0;
                if (matched == 0) {
                    passed.write(input[i]);
                }
            }
        }
        return passed.toByteArray();
    }

    public boolean detached() {
        return detached;
    }
}
