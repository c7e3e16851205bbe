package io.bulkhead.name;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// What somebody may have meant.
public final class Nearest {

    private static final int SHOWN = 3;

    private Nearest() {}

    /// `; did you mean a, b, c?`, or nothing if no name is like it.
    public static String hint(String meant, Collection<String> names) {
        return hint(meant, names, "");
    }

    /// @param mark before each name
    public static String hint(String meant, Collection<String> names, String mark) {
        String word = meant.length() > 40 ? meant.substring(0, 40) : meant;
        int farthest = Math.max(2, word.length() / 3);
        List<String> near = names.stream()
                .filter(name -> distance(word, name) <= farthest)
                .sorted(Comparator.<String>comparingInt(name -> distance(word, name))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(SHOWN)
                .toList();
        return near.isEmpty()
                ? ""
                : near.stream().map(mark::concat).collect(Collectors.joining(", ", "; did you mean ", "?"));
    }

    /// How many letters must be changed, added or taken away (Levenshtein), without regard to case.
    public static int distance(String a, String b) {
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                row[j] = Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(last[j], row[j - 1]));
            }
            last = row;
        }
        return last[b.length()];
    }
}
