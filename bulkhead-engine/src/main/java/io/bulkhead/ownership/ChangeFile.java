package io.bulkhead.ownership;

import io.bulkhead.idmap.IdMap;
import io.bulkhead.kernel.PinnedEntry;
import io.bulkhead.ownership.Change.Outcome;
import io.bulkhead.ownership.Change.State;
import io.bulkhead.ownership.OwnershipException.Reason;
import io.bulkhead.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `change.json`: what a change is, beside the owners it took away. Replaced whole.
record ChangeFile(
        int format,
        String id,
        String path,
        long rootInode,
        long rootBorn,
        List<StoredLine> uids,
        List<StoredLine> gids,
        String container,
        String begun,
        State state,
        Outcome outcome) {

    static final String NAME = "change.json";
    private static final int FORMAT = 1;

    /// Old ids, new ids, how many; `from` is -1 in the only line of a change that gives everything to one owner.
    record StoredLine(long from, long to, long count) {}

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    static ChangeFile of(Change change, long rootInode, long rootBorn) {
        List<List<StoredLine>> lines = lines(change.rule());
        return new ChangeFile(
                FORMAT,
                change.id(),
                change.path().toString(),
                rootInode,
                rootBorn,
                lines.get(0),
                lines.get(1),
                change.container(),
                change.begun().toString(),
                change.state(),
                change.outcome());
    }

    private static List<List<StoredLine>> lines(OwnerRule rule) {
        return switch (rule) {
            case OwnerRule.Everything(long uid, long gid) ->
                List.of(List.of(new StoredLine(-1, uid, 1)), List.of(new StoredLine(-1, gid, 1)));
            case OwnerRule.Shift(IdMap uids, IdMap gids) -> List.of(lines(uids), lines(gids));
        };
    }

    private static List<StoredLine> lines(IdMap map) {
        return map.lines().stream()
                .map(line -> new StoredLine(line.inside(), line.outside(), line.count()))
                .toList();
    }

    Change change() {
        return new Change(id, Path.of(path), rule(), container, Instant.parse(begun), state, outcome);
    }

    OwnerRule rule() {
        if (uids.getFirst().from < 0) {
            return new OwnerRule.Everything(uids.getFirst().to, gids.getFirst().to);
        }
        return new OwnerRule.Shift(map(uids), map(gids));
    }

    private static IdMap map(List<StoredLine> lines) {
        return new IdMap(lines.stream()
                .map(line -> new IdMap.Line(line.from, line.to, line.count))
                .toList());
    }

    ChangeFile with(State next, Outcome now) {
        return of(change().with(next, now), rootInode, rootBorn);
    }

    boolean isOf(PinnedEntry root) {
        return root.inode() == rootInode && root.born() == rootBorn;
    }

    /// Empty when it is torn or something else.
    static Optional<ChangeFile> read(Path directory) {
        try {
            Optional<ChangeFile> read = Optional.ofNullable(
                    MAPPER.readValue(Files.readAllBytes(directory.resolve(NAME)), ChangeFile.class));
            return read.filter(file -> file.format == FORMAT && directory.endsWith(file.id) && file.readable());
        } catch (IOException | JacksonException _) {
            return Optional.empty();
        }
    }

    private boolean readable() {
        try {
            return !change().id().isEmpty();
        } catch (IllegalArgumentException | DateTimeException | java.util.NoSuchElementException _) {
            return false;
        }
    }

    void write(Path directory) {
        try {
            WholeFile.replace(directory.resolve(NAME), MAPPER.writeValueAsBytes(this));
        } catch (IOException failure) {
            throw new OwnershipException(Reason.STORAGE, "change " + id + " cannot be stored: " + failure, failure);
        }
    }
}
