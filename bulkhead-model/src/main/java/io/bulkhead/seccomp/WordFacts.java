package io.bulkhead.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a path through a filter has found out about one 32-bit word: some of its bits, the range it is in (unsigned),
/// and values that some of its bits do not have.
///
/// A fact that cannot be expressed is left out, which lets more words through, never fewer.
///
/// @param bits the values of the known bits, zero elsewhere
record WordFacts(int known, int bits, long low, long high, List<Unequal> unequal) {

    static final WordFacts NONE = new WordFacts(0, 0, 0, 0xFFFF_FFFFL, List.of());

    /// A hostile filter must not make this grow without bound.
    private static final int MOST_UNEQUAL = 128;

    /// `(word & mask) != value`.
    record Unequal(int mask, int value) {}

    /// Empty if no such word has `(word & mask) == value`.
    Optional<WordFacts> whereEqual(int mask, int value) {
        boolean possible = (value & ~mask) == 0 && ((value ^ bits) & known & mask) == 0;
        return possible ? settled(known | mask, bits | value, low, high, unequal) : Optional.empty();
    }

    /// Empty if every such word has `(word & mask) == value`.
    Optional<WordFacts> whereUnequal(int mask, int value) {
        if ((value & ~mask) != 0) {
            return Optional.of(this);
        }
        var more = new ArrayList<>(unequal);
        var fact = new Unequal(mask, value);
        if (!more.contains(fact)) {
            more.add(fact);
        }
        Optional<WordFacts> narrowed = settled(known, bits, low, high, more);
        return narrowed.map(facts -> facts.unequal.size() > MOST_UNEQUAL ? this : facts);
    }

    /// Empty if no such word has `(word & mask) >= bound`, unsigned.
    Optional<WordFacts> whereAtLeast(int mask, long bound) {
        if (most(mask) < bound) {
            return Optional.empty();
        }
        return mask == -1 ? settled(known, bits, Math.max(low, bound), high, unequal) : Optional.of(this);
    }

    /// Empty if no such word has `(word & mask) < bound`, unsigned.
    Optional<WordFacts> whereBelow(int mask, long bound) {
        if (least(mask) >= bound) {
            return Optional.empty();
        }
        return mask == -1 ? settled(known, bits, low, Math.min(high, bound - 1), unequal) : Optional.of(this);
    }

    private long least(int mask) {
        return mask == -1 ? low : Integer.toUnsignedLong(bits & mask);
    }

    private long most(int mask) {
        return mask == -1 ? high : Integer.toUnsignedLong((bits | ~known) & mask);
    }

    /// Lets the facts tell on each other until nothing new comes out; empty if they contradict each other.
    private static Optional<WordFacts> settled(int known, int bits, long low, long high, List<Unequal> unequal) {
        var facts = new WordFacts(known, bits, low, high, unequal);
        while (true) {
            Optional<WordFacts> next =
                    facts.rangeFromBits().flatMap(WordFacts::bitsFromRange).flatMap(WordFacts::usingInequalities);
            if (next.isEmpty() || next.get().equals(facts)) {
                return next;
            }
            facts = next.get();
        }
    }

    private Optional<WordFacts> rangeFromBits() {
        long atLeast = Math.max(low, Integer.toUnsignedLong(bits));
        long atMost = Math.min(high, Integer.toUnsignedLong(bits | ~known));
        return atLeast > atMost ? Optional.empty() : Optional.of(new WordFacts(known, bits, atLeast, atMost, unequal));
    }

    /// The leading bits that both ends of the range have in common are those of every word in it.
    private Optional<WordFacts> bitsFromRange() {
        int differing = (int) (low ^ high);
        int common = differing == 0 ? -1 : ~(-1 >>> Integer.numberOfLeadingZeros(differing));
        return ((bits ^ (int) low) & known & common) != 0
                ? Optional.empty()
                : Optional.of(new WordFacts(known | common, bits | ((int) low & common), low, high, unequal));
    }

    private Optional<WordFacts> usingInequalities() {
        int knownNow = known;
        int bitsNow = bits;
        long lowNow = low;
        long highNow = high;
        var left = new ArrayList<Unequal>();
        for (Unequal each : unequal) {
            int open = each.mask & ~knownNow;
            if (((bitsNow ^ each.value) & each.mask & knownNow) != 0) {
                continue; // holds whatever the rest is
            }
            if (open == 0) {
                return Optional.empty();
            }
            if (Integer.bitCount(open) == 1) {
                knownNow |= open;
                bitsNow |= ~each.value & open;
                continue;
            }
            if (each.mask == -1) {
                lowNow += Integer.toUnsignedLong(each.value) == lowNow ? 1 : 0;
                highNow -= Integer.toUnsignedLong(each.value) == highNow ? 1 : 0;
            }
            left.add(each);
        }
        return lowNow > highNow || (knownNow == known && nothingLeft(left))
                ? Optional.empty()
                : Optional.of(new WordFacts(knownNow, bitsNow, lowNow, highNow, List.copyOf(left)));
    }

    /// Whether inequalities under one mask rule out every value its open bits can have. They hold for the known bits.
    private boolean nothingLeft(List<Unequal> open) {
        return open.stream()
                .anyMatch(each ->
                        open.stream().filter(other -> other.mask == each.mask).count()
                                == 1L << Integer.bitCount(each.mask & ~known));
    }
}
