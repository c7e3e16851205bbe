package io.bulkhead.chain;

import io.bulkhead.chain.Verdict.Problem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows a record line by line, across all its files, and stops judging at the first thing that is wrong.
///
/// Which of two lines was changed shows only in the line after them, so a suspicion is settled one line later. Without
/// a key from outside, whoever can write the record can write a new one; with it, they cannot get past the last
/// checkpoint. That lines are missing at the end shows only in a digest noted elsewhere ([#expectHead]).
///
/// Not safe for threads.
public final class ChainCheck {

    /// What is wrong, but not yet with which record.
    private sealed interface Suspicion {

        /// Another number than the one expected.
        record Order(long expected, long found) implements Suspicion {}

        /// The record with this number does not name the digest of the one before it.
        record Digest(long at, String digest) implements Suspicion {}
    }

    private final Map<String, CheckpointKey> keys = new HashMap<>();
    private final boolean pinned;
    private final boolean part;
    private final Set<String> removals = new HashSet<>();
    private Optional<String> noted = Optional.empty();
    private boolean notedSeen;

    private long first;
    private long next = 1;
    private String head = Chain.BEGINNING;
    private String firstPrevious = Chain.BEGINNING;
    private long signed;
    private String signedAt = "";
    private String signer = "";
    private long promised;
    private @Nullable Suspicion suspicion;
    private @Nullable Problem problem;

    /// @param trusted the keys that checkpoints must be signed with; if there are none, those that the record itself
    ///     announces are taken
    /// @param part whether the first record need not be number 1, since older files were not given
    public ChainCheck(List<CheckpointKey> trusted, boolean part) {
        trusted.forEach(key -> keys.put(key.id(), key));
        this.pinned = !trusted.isEmpty();
        this.part = part;
    }

    /// A digest that some record of this must have, since it was its last once.
    public void expectHead(String digest) {
        noted = Optional.of(digest);
    }

    /// @param line with its newline
    /// @param fields empty when it is no JSON object
    public void accept(byte[] line, Optional<ChainFields> fields) {
        if (problem != null) {
            return;
        }
        if (suspicion != null) {
            problem = settled(
                    suspicion,
                    fields.map(f -> f.number("seq")).orElse(0L),
                    fields.map(f -> f.text("prev")).orElse(""));
        } else if (fields.isEmpty()) {
            problem = new Problem(next, "record " + next + " is not JSON: it was changed");
        } else {
            follow(line, fields.get());
        }
    }

    private void follow(byte[] line, ChainFields fields) {
        long seq = fields.number("seq");
        if (first == 0) {
            begin(seq, fields.text("prev"));
        }
        String digest = Chain.digest(line);
        if (seq != next) {
            suspicion = new Suspicion.Order(next, seq);
        } else if (!fields.text("prev").equals(head)) {
            suspicion = new Suspicion.Digest(seq, digest);
        } else {
            problem = judged(fields);
            if (problem == null) {
                next = seq + 1;
                head = digest;
                notedSeen |= noted.filter(digest::equals).isPresent();
            }
        }
    }

    private void begin(long seq, String previous) {
        first = Math.max(1, seq);
        if (seq > 1) {
            next = seq;
            head = previous;
            firstPrevious = previous;
        }
    }

    private @Nullable Problem judged(ChainFields fields) {
        long seq = fields.number("seq");
        if (promised > 0 && seq > promised) {
            return new Problem(
                    seq,
                    "no checkpoint stands between record " + signed + " and record " + seq
                            + ", though one was promised by record " + promised
                            + ": what follows was not written by this engine");
        }
        switch (fields.text("kind")) {
            case "begin" -> {
                if (!pinned) {
                    return announced(fields);
                }
            }
            case "removed" -> removals.add(fields.number("through") + " " + fields.text("head"));
            case "checkpoint" -> {
                return signed(Checkpoint.of(fields), fields.text("signature"));
            }
            default -> {
                // calls and their outcomes
            }
        }
        return null;
    }

    private @Nullable Problem announced(ChainFields fields) {
        try {
            var key = CheckpointKey.ofBase64(fields.text("public_key"));
            keys.put(key.id(), key);
            return null;
        } catch (IllegalArgumentException wrong) {
            return new Problem(
                    fields.number("seq"),
                    "record " + fields.number("seq") + " announces no key: " + wrong.getMessage());
        }
    }

    private @Nullable Problem signed(Checkpoint checkpoint, String signature) {
        CheckpointKey key = keys.get(checkpoint.key());
        if (key == null) {
            return new Problem(
                    checkpoint.seq(),
                    "record " + checkpoint.seq() + " is a checkpoint by key " + shown(checkpoint.key()) + ", which is "
                            + (pinned ? "not the one given" : "announced nowhere"));
        }
        if (!key.signed(checkpoint, signature)) {
            return new Problem(
                    checkpoint.seq(),
                    "record " + checkpoint.seq() + " is a checkpoint whose signature is not by key " + key.id()
                            + ": it was changed or made up");
        }
        signed = checkpoint.seq();
        signedAt = checkpoint.time();
        signer = key.id();
        promised = checkpoint.within() > 0 ? checkpoint.seq() + checkpoint.within() : 0;
        return null;
    }

    private static String shown(String key) {
        return key.matches("[0-9a-f]{1,64}") ? key : "of no id";
    }

    private static Problem settled(Suspicion suspicion, long nextSeq, String nextPrevious) {
        return switch (suspicion) {
            case Suspicion.Order(long expected, long found)
            when nextSeq == expected && found > expected ->
                new Problem(
                        expected,
                        "record " + expected + " stands behind record " + found + ": they were put in another order");
            case Suspicion.Order(long expected, long found)
            when nextSeq == expected + 1 && found != expected - 1 ->
                new Problem(expected, "record " + expected + " was changed: its number is " + found + " in the file");
            case Suspicion.Order order -> unsettled(order);
            case Suspicion.Digest(long at, String digest)
            when nextPrevious.equals(digest) ->
                new Problem(
                        at - 1, "record " + (at - 1) + " was changed: record " + at + " names another digest of it");
            case Suspicion.Digest(long at, String _) ->
                new Problem(
                        at,
                        "record " + at + " was changed: it does not name the digest of record " + (at - 1)
                                + ", nor does record " + (at + 1) + " name its own");
        };
    }

    private static Problem unsettled(Suspicion suspicion) {
        return switch (suspicion) {
            case Suspicion.Order(long expected, long found)
            when found == 0 -> new Problem(expected, "record " + expected + " was changed: it has no number");
            case Suspicion.Order(long expected, long found)
            when found < expected ->
                new Problem(found, "record " + found + " stands again where record " + expected + " should be");
            case Suspicion.Order(long expected, long found)
            when found == expected + 1 ->
                new Problem(expected, "record " + expected + " is missing: record " + found + " stands in its place");
            case Suspicion.Order(long expected, long found) ->
                new Problem(
                        expected,
                        "records " + expected + " to " + (found - 1) + " are missing: record " + found
                                + " stands in their place");
            case Suspicion.Digest(long at, String _) ->
                new Problem(
                        at - 1,
                        "record " + (at - 1) + " or record " + at + " was changed: the second does not name the digest"
                                + " of the first");
        };
    }

    /// @param cut whether bytes without a newline stand behind the last line
    public Verdict end(boolean cut) {
        if (problem == null && suspicion != null) {
            problem = unsettled(suspicion);
        }
        if (problem == null) {
            problem = atTheEnd(cut);
        }
        return new Verdict(Optional.ofNullable(problem), first, next - 1, head, signed, signedAt, signer);
    }

    private @Nullable Problem atTheEnd(boolean cut) {
        if (cut) {
            return new Problem(
                    next,
                    "record " + next + " is cut off: the end of the file is missing, or it was copied while it was"
                            + " written");
        }
        if (first > 1 && !part && !removals.contains((first - 1) + " " + firstPrevious)) {
            return new Problem(
                    first - 1,
                    "records 1 to " + (first - 1) + " are missing, and no record says that they were removed as too"
                            + " old");
        }
        if (noted.isPresent() && !notedSeen) {
            return new Problem(
                    next,
                    "no record has the digest " + noted.get() + ", which was noted as the last one's: it was removed"
                            + " with all that followed, or the record was written anew");
        }
        if (pinned && signed == 0) {
            return new Problem(Math.max(1, first), "no record is signed with the key given");
        }
        return null;
    }
}
