package io.bulkhead.recording;

import io.bulkhead.recording.RecordingException.Reason;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.Recording;
import io.bulkhead.seccomp.RecordingName;
import io.bulkhead.seccomp.SyscallTable;
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
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// One recording's JSON file. It is replaced whole, so that a kill or a power cut leaves the old one or the new one.
final class RecordingFile {

    private static final int VERSION = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    record Stored(
            int version,
            String name,
            long runs,
            String first,
            String last,
            List<String> images,
            List<String> methods,
            List<StoredCall> calls) {}

    /// @param name for people; the number counts
    record StoredCall(String table, int number, String name, long count) {}

    private RecordingFile() {}

    static Recording read(Path file, RecordingName name) {
        try {
            Stored stored = Optional.ofNullable(MAPPER.readValue(Files.readAllBytes(file), Stored.class))
                    .orElseThrow(() -> new IllegalArgumentException("it is `null`"));
            if (stored.version() != VERSION || !stored.name().equals(name.value())) {
                throw new IllegalArgumentException("it is version " + stored.version() + " of another recording");
            }
            return new Recording(
                    name,
                    stored.runs(),
                    Instant.parse(stored.first()),
                    Instant.parse(stored.last()),
                    stored.images(),
                    stored.methods(),
                    stored.calls().stream()
                            .map(call ->
                                    new Recording.Call(SyscallTable.ofName(call.table()), call.number(), call.count()))
                            .toList());
        } catch (IOException
                | JacksonException
                | PolicyException
                | IllegalArgumentException
                | DateTimeException broken) {
            throw new RecordingException(
                    Reason.STORAGE, "recording " + name + ": " + file + " is damaged: " + broken.getMessage(), broken);
        }
    }

    static void write(Path file, Recording recording) {
        try {
            WholeFile.replace(file, MAPPER.writeValueAsBytes(stored(recording)));
        } catch (IOException failure) {
            throw new RecordingException(
                    Reason.STORAGE, "recording " + recording.name() + " cannot be stored: " + failure, failure);
        }
    }

    private static Stored stored(Recording recording) {
        return new Stored(
                VERSION,
                recording.name().value(),
                recording.runs(),
                recording.first().toString(),
                recording.last().toString(),
                recording.images(),
                recording.methods(),
                recording.calls().stream()
                        .map(call -> new StoredCall(call.table().label(), call.number(), call.shown(), call.count()))
                        .toList());
    }
}
