package io.bulkhead.container;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.RangePool;
import io.bulkhead.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The one id that each caller's containers of mode `single` have, by the caller's subject: given at the first such
/// container and kept for good, since files on volumes go on belonging to it.
final class CallerIds {

    private static final TypeReference<TreeMap<String, Long>> SHAPE = new TypeReference<>() {};

    private final Path file;
    private final JsonMapper mapper = StoreJson.mapper();
    private final Map<String, Long> ids;

    private CallerIds(Path file, Map<String, Long> ids) {
        this.file = file;
        this.ids = ids;
    }

    /// @param file a JSON object of subjects and ids; none yet is none given
    /// @param pool where they are reserved
    /// @throws EngineException when the file is damaged: whose ids are whose is not guessed at
    static CallerIds open(Path file, RangePool pool) {
        try {
            Map<String, Long> ids = Files.exists(file)
                    ? StoreJson.mapper().readValue(Files.readAllBytes(file), SHAPE)
                    : new TreeMap<>();
            for (Map.Entry<String, Long> each : ids.entrySet()) {
                pool.exclude(new IdRange(each.getValue(), 1));
            }
            return new CallerIds(file, ids);
        } catch (IOException | JacksonException | IllegalArgumentException | NullPointerException damaged) {
            throw new EngineException(
                    EngineException.Reason.STORAGE,
                    file + ", which says whose containers have which single id, cannot be read: "
                            + damaged.getMessage(),
                    damaged);
        }
    }

    /// The caller's id, stored before it is used.
    ///
    /// @param subject as the record has it: `unix:1000`
    synchronized IdRange of(String subject, RangePool pool) {
        Long known = ids.get(subject);
        if (known != null) {
            return new IdRange(known, 1);
        }
        IdRange id = pool.allocate(1).orElseThrow(Ranges::usedUp);
        // From here on it is not one container's, to be given back with that.
        pool.release(id);
        pool.exclude(id);
        ids.put(subject, id.first());
        try {
            WholeFile.replace(file, mapper.writeValueAsBytes(ids));
        } catch (IOException failure) {
            ids.remove(subject);
            throw new EngineException(
                    EngineException.Reason.STORAGE, file + " cannot be written: " + failure.getMessage(), failure);
        }
        return id;
    }
}
