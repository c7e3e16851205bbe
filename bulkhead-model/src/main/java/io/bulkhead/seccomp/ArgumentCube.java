package io.bulkhead.seccomp;

import io.bulkhead.seccomp.PolicyException.Reason;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Operator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A set of arguments in which some bits are fixed and the others free. What one such set has and another has not is
/// again a union of such sets, and that is how rules with conditions are made disjoint: libseccomp does not say which
/// of
/// two overlapping rules it asks first.
///
/// 32 bits of each argument, see [CallArguments].
record ArgumentCube(List<Bits> arguments) {

    private static final long LOW_HALF = 0xFFFF_FFFFL;
    private static final Bits FREE = new Bits(0, 0);

    /// Every argument.
    static final ArgumentCube ALL = new ArgumentCube(Collections.nCopies(SeccompData.ARGUMENTS, FREE));

    /// One argument: the bits under the mask are those of the value.
    record Bits(int mask, int value) {}

    ArgumentCube {
        arguments = List.copyOf(arguments);
    }

    static ArgumentCube of(List<Condition> conditions) {
        ArgumentCube cube = ALL;
        for (Condition condition : conditions) {
            cube = cube.with(condition.index(), new Bits(condition.mask(), condition.value()));
        }
        return cube;
    }

    /// What a rule of a profile covers.
    ///
    /// @throws PolicyException CONDITION for a condition on an argument that may be wider than 32 bits
    static List<ArgumentCube> of(String call, List<Argument> arguments) {
        List<ArgumentCube> cubes = List.of(ALL);
        for (Argument argument : arguments) {
            if (!CallArguments.takesCondition(call, argument.index())) {
                throw new PolicyException(
                        Reason.CONDITION,
                        "the profile has a condition on argument " + argument.index() + " of `" + call
                                + "`, over which there can be no rules with conditions: allow or deny the whole call");
            }
            List<Bits> alternatives = alternatives(argument);
            cubes = cubes.stream()
                    .flatMap(cube -> alternatives.stream().map(bits -> cube.with(argument.index(), bits)))
                    .toList();
        }
        return cubes;
    }

    private static List<Bits> alternatives(Argument argument) {
        long value = argument.value();
        if (argument.op() == Operator.SCMP_CMP_MASKED_EQ) {
            boolean never = (argument.valueTwo() & ~(value & LOW_HALF)) != 0;
            return never ? List.of() : List.of(new Bits((int) value, (int) argument.valueTwo()));
        }
        long lowest = Long.compareUnsigned(value, LOW_HALF) > 0 ? LOW_HALF + 1 : value;
        return switch (argument.op()) {
            case SCMP_CMP_EQ -> between(lowest, lowest);
            case SCMP_CMP_NE ->
                Stream.concat(between(0, lowest - 1).stream(), between(lowest + 1, LOW_HALF).stream())
                        .toList();
            case SCMP_CMP_LT -> between(0, lowest - 1);
            case SCMP_CMP_LE -> between(0, lowest);
            case SCMP_CMP_GE -> between(lowest, LOW_HALF);
            case SCMP_CMP_GT -> between(lowest + 1, LOW_HALF);
            case SCMP_CMP_MASKED_EQ -> throw new IllegalStateException("handled above");
        };
    }

    /// The numbers from `first` to `last` as runs of a power of two, each of which begins at a multiple of its length.
    private static List<Bits> between(long first, long last) {
        var runs = new ArrayList<Bits>();
        long at = first;
        while (at <= Math.min(last, LOW_HALF)) {
            long length = at == 0 ? LOW_HALF + 1 : Long.lowestOneBit(at);
            while (at + length - 1 > Math.min(last, LOW_HALF)) {
                length >>= 1;
            }
            int mask = (int) ~(length - 1);
            runs.add(new Bits(mask, (int) at & mask));
            at += length;
        }
        return runs;
    }

    private ArgumentCube with(int index, Bits bits) {
        var changed = new ArrayList<>(arguments);
        changed.set(index, bits);
        return new ArgumentCube(changed);
    }

    private boolean isDisjointFrom(ArgumentCube other) {
        return IntStream.range(0, arguments.size()).anyMatch(i -> {
            Bits mine = arguments.get(i);
            Bits theirs = other.arguments.get(i);
            return ((mine.value ^ theirs.value) & mine.mask & theirs.mask) != 0;
        });
    }

    /// What this has and the other has not, in parts that do not overlap.
    List<ArgumentCube> minus(ArgumentCube other) {
        if (isDisjointFrom(other)) {
            return List.of(this);
        }
        var parts = new ArrayList<ArgumentCube>();
        ArgumentCube rest = this;
        for (int i = 0; i < arguments.size(); i++) {
            Bits theirs = other.arguments.get(i);
            int left = theirs.mask & ~arguments.get(i).mask;
            while (left != 0) {
                int bit = Integer.highestOneBit(left);
                Bits mine = rest.arguments.get(i);
                int same = theirs.value & bit;
                parts.add(rest.with(i, new Bits(mine.mask | bit, mine.value | (same ^ bit))));
                rest = rest.with(i, new Bits(mine.mask | bit, mine.value | same));
                left ^= bit;
            }
        }
        return parts;
    }

    /// What these have and the others have not.
    static List<ArgumentCube> minus(List<ArgumentCube> these, List<ArgumentCube> others) {
        List<ArgumentCube> left = these;
        for (ArgumentCube other : others) {
            left = left.stream().flatMap(cube -> cube.minus(other).stream()).toList();
        }
        return left;
    }

    /// As a rule of a profile has it.
    List<Argument> toArguments() {
        var conditions = new ArrayList<Argument>();
        for (Condition condition : toConditions()) {
            conditions.add(new Argument(
                    condition.index(),
                    condition.mask() & LOW_HALF,
                    condition.value() & LOW_HALF,
                    Operator.SCMP_CMP_MASKED_EQ));
        }
        return conditions;
    }

    List<Condition> toConditions() {
        return IntStream.range(0, arguments.size())
                .filter(i -> arguments.get(i).mask != 0)
                .mapToObj(i -> new Condition(i, arguments.get(i).mask, arguments.get(i).value))
                .toList();
    }
}
