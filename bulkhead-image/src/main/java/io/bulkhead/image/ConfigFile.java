package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Digest;
import io.bulkhead.name.Names;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/// An image's configuration as it was read; the bytes themselves are kept as they came.
record ConfigFile(ImageConfig config, List<Digest> diffIds, Instant created) {

    /// Real ones have kilobytes.
    static final int MAX_BYTES = 8 << 20;

    ConfigFile {
        diffIds = List.copyOf(diffIds);
    }

    static ConfigFile read(byte[] bytes) {
        Json json = Json.read(bytes, "image configuration").requireObject();
        Json rootfs = json.require("rootfs").requireObject();
        List<Digest> diffIds =
                rootfs.list("diff_ids").stream().map(Json::digest).toList();
        // An empty object stands for an absent one.
        Json run = json.child("config").orElseGet(() -> Json.read(new byte[] {'{', '}'}, "config"));
        return new ConfigFile(
                config(json, run.requireObject()), diffIds, time(json).orElse(Instant.EPOCH));
    }

    private static ImageConfig config(Json json, Json run) {
        return new ImageConfig(
                json.text("architecture"),
                json.text("os"),
                json.text("variant"),
                json.text("author"),
                run.text("User"),
                run.texts("Env"),
                run.textsOrOne("Entrypoint"),
                run.textsOrOne("Cmd"),
                run.text("WorkingDir"),
                run.textMap("Labels"),
                run.keys("ExposedPorts"),
                run.keys("Volumes"),
                run.text("StopSignal"),
                run.textsOrOne("Shell"),
                run.texts("OnBuild"),
                run.flag("ArgsEscaped"),
                run.child("Healthcheck").map(ConfigFile::health),
                json.list("history").stream().map(ConfigFile::history).toList());
    }

    private static ImageConfig.Health health(Json json) {
        return new ImageConfig.Health(
                json.textsOrOne("Test"),
                Duration.ofNanos(json.number("Interval")),
                Duration.ofNanos(json.number("Timeout")),
                Duration.ofNanos(json.number("StartPeriod")),
                Duration.ofNanos(json.number("StartInterval")),
                Math.toIntExact(Math.clamp(json.number("Retries"), 0L, Integer.MAX_VALUE)));
    }

    private static ImageConfig.History history(Json json) {
        return new ImageConfig.History(
                time(json),
                json.text("created_by"),
                json.text("author"),
                json.text("comment"),
                json.flag("empty_layer"));
    }

    private static Optional<Instant> time(Json json) {
        String text = json.text("created");
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException wrong) {
            throw new ImageException(
                    Reason.MALFORMED, "image configuration: `" + Names.shown(text) + "` is not a time", wrong);
        }
    }
}
