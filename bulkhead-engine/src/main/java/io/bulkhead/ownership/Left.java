package io.bulkhead.ownership;

import io.bulkhead.name.Names;
import java.util.ArrayList;
import java.util.List;

/// Files that were left as they are, and why: all counted, the first few named.
final class Left {

    private static final int NAMED = 20;

    private final List<String> named = new ArrayList<>();
    private long count;

    synchronized void add(String path, String why) {
        count++;
        if (named.size() < NAMED) {
            named.add(Names.shown(path.isEmpty() ? "." : path) + ": " + why);
        }
    }

    synchronized List<String> named() {
        return List.copyOf(named);
    }

    synchronized long count() {
        return count;
    }
}
