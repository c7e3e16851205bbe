package io.bulkhead.daemon;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Checks that the ids containers may get are nobody's on this host: a container whose root is alice outside could
/// read alice's files.
final class IdPool {

    private IdPool() {}

    /// @param etc where `passwd` and `group` are
    static void requireFree(IdRange ids, Path etc) {
        requireNone(ids, etc.resolve("passwd"), "user");
        requireNone(ids, etc.resolve("group"), "group");
    }

    /// Two containers would have the same ids.
    static void requireApart(IdRange shared, IdRange own) {
        if (shared.overlaps(own)) {
            throw new StartException("ids.static " + shared + " and ids " + own + " overlap: a container of this host "
                    + "would have the ids of another host's; set one of them to a range that is free");
        }
    }

    private static void requireNone(IdRange ids, Path file, String kind) {
        try {
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.split(":", -1);
                if (fields.length > 2 && fields[2].matches("[0-9]{1,10}") && ids.contains(Long.parseLong(fields[2]))) {
                    throw new StartException("the id pool " + ids + " contains the " + kind + " "
                            + Names.shown(fields[0]) + " (" + fields[2] + ", " + file
                            + "): containers would share an id with it; set ids.first and ids.count to a range that"
                            + " is free");
                }
            }
        } catch (IOException unreadable) {
            throw new StartException(file + ": cannot be read, so the id pool cannot be checked", unreadable);
        }
    }
}
