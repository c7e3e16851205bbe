package io.bulkhead.dockerapi.image;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.JsonLines;
import io.bulkhead.image.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Progress as JSON lines in Docker's form, at most ten a second for each layer. A client that has gone ends the work.
/// `this` guards the map.
final class PullProgress implements Images.Progress {

    private static final long PAUSE_NANOS = 100_000_000;

    private final JsonLines lines;
    private final Map<String, Told> told = new HashMap<>();

    private record Told(String status, long nanos) {}

    PullProgress(JsonLines lines) {
        this.lines = lines;
    }

    @Override
    public void update(String id, String status, long current, long total) {
        if (!worthTelling(id, status, current == total)) {
            return;
        }
        try {
            lines.write(
                    id.isEmpty()
                            ? Json.object("status", status)
                            : Json.object("status", status, "progressDetail", detail(current, total), "id", id));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static Map<String, @Nullable Object> detail(long current, long total) {
        Map<String, @Nullable Object> detail = Json.object();
        if (current > 0 || total > 0) {
            detail.put("current", current);
        }
        if (total > 0) {
            detail.put("total", total);
        }
        return detail;
    }

    private synchronized boolean worthTelling(String id, String status, boolean done) {
        long now = System.nanoTime();
        Told last = told.get(id);
        if (last != null && last.status.equals(status) && !done && now - last.nanos < PAUSE_NANOS) {
            return false;
        }
        told.put(id, new Told(status, now));
        return true;
    }
}
