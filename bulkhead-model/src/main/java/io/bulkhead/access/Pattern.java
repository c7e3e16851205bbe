package io.bulkhead.access;

/// A name with stars, as roles write it: `*` stands for any run of characters but `/`, `**` for any run at all. Takes
/// time in proportion to pattern times name, whatever the two are.
record Pattern(String text) {

    static final int MAX_LENGTH = 512;

    Pattern {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a pattern has 1 to " + MAX_LENGTH + " characters");
        }
    }

    boolean matches(String name) {
        int stars = text.indexOf('*');
        if (stars < 0) {
            return text.equals(name);
        }
        return name.startsWith(text.substring(0, stars)) && matchesFrom(stars, name, stars);
    }

    /// Keeps, for every place in the name, whether the pattern so far can end there.
    private boolean matchesFrom(int patternFrom, String name, int nameFrom) {
        int length = name.length();
        boolean[] ends = new boolean[length + 1];
        ends[nameFrom] = true;
        int at = patternFrom;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '*') {
                boolean all = at + 1 < text.length() && text.charAt(at + 1) == '*';
                spread(ends, name, nameFrom, all);
                at += all ? 2 : 1;
            } else {
                for (int i = length; i > nameFrom; i--) {
                    ends[i] = ends[i - 1] && name.charAt(i - 1) == next;
                }
                ends[nameFrom] = false;
                at++;
            }
        }
        return ends[length];
    }

    private static void spread(boolean[] ends, String name, int from, boolean all) {
        for (int i = from + 1; i < ends.length; i++) {
            ends[i] |= ends[i - 1] && (all || name.charAt(i - 1) != '/');
        }
    }
}
