package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.SubidTable;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The ids that `/etc/subuid` and `/etc/subgid` give to a user of the host.
final class SubidFiles {

    private final Path users;
    private final Path groups;

    SubidFiles(Path users, Path groups) {
        this.users = users;
        this.groups = groups;
    }

    static SubidFiles ofHost() {
        return new SubidFiles(Path.of("/etc/subuid"), Path.of("/etc/subgid"));
    }

    /// @throws EngineException INVALID when a file has nothing of the user, STORAGE when it cannot be read
    IdMaps of(String user) {
        return new IdMaps(map(users, user), map(groups, user));
    }

    private static IdMap map(Path file, String user) {
        try {
            return SubidTable.parse(Files.readString(file)).map(user).orElseThrow(() -> none(file, user));
        } catch (NoSuchFileException _) {
            throw none(file, user);
        } catch (IOException | IllegalArgumentException broken) {
            throw new EngineException(Reason.STORAGE, "user namespace: " + file + ": " + broken.getMessage(), broken);
        }
    }

    private static EngineException none(Path file, String user) {
        String shown = Names.shown(user);
        return new EngineException(
                Reason.INVALID,
                "user namespace: --userns=map:" + shown + ": " + file + " has no line of " + shown
                        + ": add one, such as `"
                        + shown + ":100000:65536` (usermod --add-subuids, --add-subgids), or write the ids out: "
                        + "map:0:100000:65536");
    }
}
