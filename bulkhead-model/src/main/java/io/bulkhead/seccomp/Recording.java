package io.bulkhead.seccomp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What containers that were run under one name really called, all their runs together. [RecordedProfile] makes the
/// minimal profile of it.
///
/// @param runs whose calls are in it
/// @param images that ran, as their callers wrote them
/// @param methods how it was seen: `ebpf`, `log`
/// @param calls in the order of tables and numbers, each once
public record Recording(
        RecordingName name,
        long runs,
        Instant first,
        Instant last,
        List<String> images,
        List<String> methods,
        List<Call> calls) {

    public Recording {
        images = sorted(images);
        methods = sorted(methods);
        calls = List.copyOf(calls);
    }

    private static List<String> sorted(Collection<String> words) {
        return List.copyOf(new TreeSet<>(words));
    }

    /// How often one call was made.
    ///
    /// @param number plain, without x32's bit
    public record Call(SyscallTable table, int number, long count) {
        public Call {
            if (number < 0 || count < 1) {
                throw new IllegalArgumentException("call " + number + " made " + count + " times");
            }
        }

        /// `call 500` if this version has no name for it.
        public String shown() {
            return Syscalls.name(table, number).orElse("call " + number);
        }
    }

    public static Recording none(RecordingName name, Instant now) {
        return new Recording(name, 0, now, now, List.of(), List.of(), List.of());
    }

    /// With what a run called since it was last added.
    ///
    /// @param newRun whether nothing of the run is in it yet
    public Recording plus(Collection<Call> more, boolean newRun, String image, String method, Instant now) {
        var counts = new TreeMap<SyscallTable, SortedMap<Integer, Long>>();
        add(counts, calls);
        add(counts, more);
        var merged = new ArrayList<Call>();
        counts.forEach(
                (table, numbers) -> numbers.forEach((number, count) -> merged.add(new Call(table, number, count))));
        return new Recording(
                name, runs + (newRun ? 1 : 0), first, now, with(images, image), with(methods, method), merged);
    }

    private static List<String> with(List<String> words, String word) {
        var more = new ArrayList<>(words);
        more.add(word);
        return more;
    }

    private static void add(Map<SyscallTable, SortedMap<Integer, Long>> counts, Collection<Call> calls) {
        calls.forEach(call -> counts.computeIfAbsent(call.table(), _ -> new TreeMap<>())
                .merge(call.number(), call.count(), Recording::sum));
    }

    private static Long sum(Long one, Long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    /// Calls that this version has no name for, which no profile can have: `x86_64 call 500`.
    public List<String> unnamed() {
        return calls.stream()
                .filter(call -> Syscalls.name(call.table(), call.number()).isEmpty())
                .map(call -> call.table().label() + " " + call.shown())
                .toList();
    }

    /// The tables that were called from, the machine's own first.
    public List<SyscallTable> tables() {
        return calls.stream()
                .map(Call::table)
                .distinct()
                .sorted(Comparator.comparing(table -> !table.isNative()))
                .toList();
    }
}
