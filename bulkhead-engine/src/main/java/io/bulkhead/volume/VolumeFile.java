package io.bulkhead.volume;

import io.bulkhead.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a volume's directory says about it, beside its data.
record VolumeFile(
        int format,
        String name,
        String created,
        Map<String, String> labels,
        Map<String, String> options,
        boolean anonymous,
        String owner,
        List<CarriedIds> carried) {

    static final String NAME = "volume.json";
    static final String DATA = "_data";

    /// The first format had no `carried`: its engines mapped every volume or showed it as it was, so files belong
    /// to container ids. The second had no `owner`.
    private static final int FORMAT = 3;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    static VolumeFile of(Volume volume) {
        return new VolumeFile(
                FORMAT,
                volume.name(),
                volume.created().toString(),
                volume.labels(),
                volume.options(),
                volume.anonymous(),
                volume.owner(),
                volume.carried());
    }

    /// @return nothing when the file is missing, torn or about something else
    static Optional<Volume> read(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            if (!(MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode json)) {
                return Optional.empty();
            }
            if (json.path("format").asInt(0) == 1 && !json.has("carried")) {
                json.put("format", 2).putArray("carried");
            }
            if (json.path("format").asInt(0) == 2 && !json.has("owner")) {
                json.put("format", FORMAT).put("owner", "");
            }
            Optional<VolumeFile> read = Optional.of(MAPPER.treeToValue(json, VolumeFile.class));
            return read.filter(f -> f.format == FORMAT && directory.endsWith(f.name))
                    .map(f -> f.volume(directory));
        } catch (JacksonException | IllegalArgumentException | java.time.DateTimeException _) {
            return Optional.empty();
        }
    }

    private Volume volume(Path directory) {
        return new Volume(
                name, directory.resolve(DATA), Instant.parse(created), labels, options, anonymous, owner, carried);
    }

    /// Written to another name, forced to the disk, renamed: there is the whole file or none.
    void write(Path directory) throws IOException {
        Path temporary = directory.resolve(NAME + ".new");
        WholeFile.write(temporary, MAPPER.writeValueAsBytes(this));
        Files.move(temporary, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }
}
