package io.bulkhead.dockerapi.stream;

import io.bulkhead.name.Names;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// The keys that leave a terminal without ending its process. They are taken out of the input only as a whole: what
/// began like them and went on otherwise is passed on. Used by one thread.
public final class DetachKeys {

    private static final byte[] DEFAULT = {0x10, 0x11};
    private static final int MOST = 16;

    private final byte[] keys;
    private int seen;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /// Ctrl-p ctrl-q.
    public static DetachKeys standard() {
        return new DetachKeys(DEFAULT.clone());
    }

    /// Reads `ctrl-p,ctrl-q` or `a,b`; the empty text is the standard.
    ///
    /// @throws IllegalArgumentException for anything else
    public static DetachKeys parse(String text) {
        if (text.isEmpty()) {
            return standard();
        }
        String[] words = text.split(",", -1);
        if (words.length > MOST) {
            throw new IllegalArgumentException("invalid detach keys: more than " + MOST);
        }
        byte[] keys = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            keys[i] = key(words[i]);
        }
        return new DetachKeys(keys);
    }

    private static byte key(String word) {
        if (word.length() == 1 && word.charAt(0) < 0x80) {
            return (byte) word.charAt(0);
        }
        if (word.length() == 6 && word.startsWith("ctrl-")) {
            char key = word.charAt(5);
            if (key >= 'a' && key <= 'z') {
                return (byte) (key - 'a' + 1);
            }
            int symbol = "@[\\]^_".indexOf(key);
            if (symbol >= 0) {
                return (byte) (symbol == 0 ? 0 : 26 + symbol);
            }
        }
        throw new IllegalArgumentException("Unknown character: '" + Names.shown(word)
                + "' in detach keys; a key is one character, or ctrl- and one of a-z@[\\]^_");
    }

    /// What of the input goes to the process.
    ///
    /// @param detached whether the keys were pressed; then nothing after them counts
    public record Passed(byte[] bytes, boolean detached) {}

    public Passed pass(byte[] input, int length) {
        var passed = new ByteArrayOutputStream(length + keys.length);
        for (int i = 0; i < length; i++) {
            while (seen > 0 && input[i] != keys[seen]) {
                giveUp(passed);
            }
            if (input[i] != keys[seen]) {
                passed.write(input[i]);
            } else if (++seen == keys.length) {
                seen = 0;
                return new Passed(passed.toByteArray(), true);
            }
        }
        return new Passed(passed.toByteArray(), false);
    }

    /// The bytes held back are not the keys after all, except for those at their end with which the keys may begin.
    private void giveUp(ByteArrayOutputStream passed) {
        int kept = seen - 1;
        while (!Arrays.equals(keys, 0, kept, keys, seen - kept, seen)) {
            kept--;
        }
        passed.write(keys, 0, seen - kept);
        seen = kept;
    }
}
