package io.bulkhead.seccomp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A way through a filter that some arguments take: where it is, what the registers hold, and what is known of the
/// call's words because of the branches taken.
final class BpfPath {

    /// What a register holds.
    sealed interface Value {

        record Constant(int value) implements Value {}

        /// Some bits of a word of the call.
        record Masked(int word, int mask) implements Value {}

        /// Anything.
        record Unknown() implements Value {}
    }

    static final Value UNKNOWN = new Value.Unknown();
    private static final Value ZERO = new Value.Constant(0);

    int at;
    Value a = ZERO;
    Value x = ZERO;
    private final Value[] memory;
    private final WordFacts[] words;

    BpfPath() {
        memory = new Value[BpfProgram.MEMORY_WORDS];
        words = new WordFacts[SeccompData.WORDS];
        Arrays.fill(memory, ZERO);
        Arrays.fill(words, WordFacts.NONE);
    }

    private BpfPath(BpfPath from) {
        at = from.at;
        a = from.a;
        x = from.x;
        memory = from.memory.clone();
        words = from.words.clone();
    }

    /// Two paths that have the same go on in the same way.
    record State(int at, Value a, Value x, List<Value> memory, List<WordFacts> words) {}

    State state() {
        return new State(at, a, x, List.of(memory), List.of(words));
    }

    Value stored(int index) {
        return memory[index];
    }

    void store(int index, Value value) {
        memory[index] = value;
    }

    /// The path of those arguments only for which A compares so; empty if there are none.
    Optional<BpfPath> where(int comparison, Value with, boolean holds) {
        if (!(with instanceof Value.Constant(int k))) {
            return Optional.of(new BpfPath(this));
        }
        return switch (a) {
            case Value.Constant(int value) ->
                Opcode.compare(comparison, value, k) == holds ? Optional.of(new BpfPath(this)) : Optional.empty();
            case Value.Masked(int word, int mask) ->
                narrowed(words[word], mask, comparison, k, holds).map(facts -> withFacts(word, facts));
            case Value.Unknown _ -> Optional.of(new BpfPath(this));
        };
    }

    private BpfPath withFacts(int word, WordFacts facts) {
        var path = new BpfPath(this);
        path.words[word] = facts;
        return path;
    }

    private static Optional<WordFacts> narrowed(WordFacts facts, int mask, int comparison, int k, boolean holds) {
        long bound = Integer.toUnsignedLong(k) + (comparison == Opcode.JGT ? 1 : 0);
        return switch (comparison) {
            case Opcode.JEQ -> holds ? facts.whereEqual(mask, k) : facts.whereUnequal(mask, k);
            case Opcode.JSET -> holds ? facts.whereUnequal(mask & k, 0) : facts.whereEqual(mask & k, 0);
            case Opcode.JGT, Opcode.JGE -> holds ? facts.whereAtLeast(mask, bound) : facts.whereBelow(mask, bound);
            default -> throw new IllegalArgumentException("comparison " + comparison);
        };
    }
}
