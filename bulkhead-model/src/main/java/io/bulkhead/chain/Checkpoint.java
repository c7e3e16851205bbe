package io.bulkhead.chain;

import java.nio.charset.StandardCharsets;

/// What the engine signs now and then: that the record up to here has this digest.
///
/// @param seq the checkpoint's own number
/// @param head the digest of the line before it
/// @param time as the line has it
/// @param within how many records later the next checkpoint follows at the latest
/// @param key the id of the key that signs
public record Checkpoint(long seq, String head, String time, long within, String key) {

    /// Of the line `fields` are from.
    static Checkpoint of(ChainFields fields) {
        return new Checkpoint(
                fields.number("seq"),
                fields.text("prev"),
                fields.text("time"),
                fields.number("within"),
                fields.text("key"));
    }

    /// The bytes that are signed: fixed lines, so that they can be put together with a shell as well
    /// (docs/audit.md).
    public byte[] signedText() {
        return ("bulkhead-audit-checkpoint-1\n" + seq + "\n" + head + "\n" + time + "\n" + within + "\n" + key + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
