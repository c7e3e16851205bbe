package io.bulkhead.ownership;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// A change of owners that was made and can be taken back.
///
/// @param path the tree
/// @param rule whom things were given to
/// @param container whom it was made for
/// @param state how far it is
public record Change(
        String id, Path path, OwnerRule rule, String container, Instant begun, State state, Outcome outcome) {

    public enum State {
        /// Under way, or cut off: making it again goes on with it.
        CHANGING,
        DONE,
        /// Being taken back, or cut off while it was.
        UNDOING
    }

    /// @param seen files looked at
    /// @param changed files that got another owner
    /// @param setId of those, files that lost a set-id bit by it
    /// @param left files that were left as they are, each with why; the first few
    /// @param leftCount how many were left
    public record Outcome(long seen, long changed, long setId, List<String> left, long leftCount) {

        public static final Outcome NOTHING = new Outcome(0, 0, 0, List.of(), 0);

        public Outcome {
            left = List.copyOf(left);
        }
    }

    Change as(String newId) {
        return new Change(newId, path, rule, container, begun, state, outcome);
    }

    Change with(State next, Outcome now) {
        return new Change(id, path, rule, container, begun, next, now);
    }
}
