package io.bulkhead.chain;

import java.util.Optional;

/// What following a record found.
///
/// @param problem the first thing that is wrong; empty when every record follows the one before it
/// @param first the number of the first record, 0 if there is none
/// @param last the number of the last record that is sound
/// @param head the digest of that one: kept elsewhere, it proves later that nothing up to it was changed
/// @param signed the number of the last checkpoint whose signature holds; 0 if there is none
/// @param signedAt its time
/// @param key the id of the key that signed it
public record Verdict(
        Optional<Problem> problem, long first, long last, String head, long signed, String signedAt, String key) {

    /// @param record the number of the record it is about
    public record Problem(long record, String text) {}

    public boolean whole() {
        return problem.isEmpty();
    }

    /// The same record, with one thing more found wrong with it.
    public Verdict but(Problem found) {
        return new Verdict(Optional.of(problem.orElse(found)), first, last, head, signed, signedAt, key);
    }
}
