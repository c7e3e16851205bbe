package io.bulkhead.cli.image;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Ages;
import io.bulkhead.cli.text.Cut;
import io.bulkhead.cli.text.Moments;
import io.bulkhead.cli.text.Sizes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The lines of `images`: one for each name an image has.
final class ImageRow {

    static final Map<String, String> HEADERS = headers();

    private static final String NONE = "<none>";

    private ImageRow() {}

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Repository", "REPOSITORY");
        headers.put("Tag", "TAG");
        headers.put("Digest", "DIGEST");
        headers.put("ID", "IMAGE ID");
        headers.put("CreatedSince", "CREATED");
        headers.put("CreatedAt", "CREATED AT");
        headers.put("Size", "SIZE");
        headers.put("Containers", "CONTAINERS");
        headers.put("VirtualSize", "VIRTUAL SIZE");
        headers.put("SharedSize", "SHARED SIZE");
        headers.put("UniqueSize", "UNIQUE SIZE");
        return headers;
    }

    static List<Map<String, Object>> of(Json image, boolean cut, Clock clock) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Json name : image.at("RepoTags").items()) {
            if (!name.text().equals("<none>:<none>")) {
                String[] parts = Pull.split(name.text());
                rows.add(row(image, parts[0], parts[1], cut, clock));
            }
        }
        if (rows.isEmpty()) {
            String repository = image.at("RepoDigests").items().stream()
                    .map(digest -> Pull.split(digest.text())[0])
                    .filter(name -> !name.equals(NONE))
                    .findFirst()
                    .orElse(NONE);
            rows.add(row(image, repository, NONE, cut, clock));
        }
        return rows;
    }

    private static Map<String, Object> row(Json image, String repository, String tag, boolean cut, Clock clock) {
        Instant created = Instant.ofEpochSecond(image.at("Created").number());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Repository", repository);
        row.put("Tag", tag);
        row.put("Digest", digest(image, repository).orElse(NONE));
        row.put("ID", id(image, cut));
        row.put("CreatedSince", Ages.ago(Duration.between(created, clock.instant())));
        row.put("CreatedAt", Moments.shown(created, clock.getZone()));
        double size = image.at("Size").decimal();
        row.put("Size", Sizes.decimal(size));
        row.put("VirtualSize", Sizes.fineDecimal(size));
        row.put("Containers", count(image.at("Containers").number()));
        row.put("SharedSize", bytes(image.at("SharedSize").number()));
        row.put("UniqueSize", "N/A");
        return row;
    }

    static String id(Json image, boolean cut) {
        String id = image.at("Id").text();
        return cut ? Cut.id(id) : id;
    }

    private static Optional<String> digest(Json image, String repository) {
        return image.at("RepoDigests").items().stream()
                .map(digest -> Pull.split(digest.text()))
                .filter(parts -> parts[0].equals(repository))
                .map(parts -> parts[1])
                .findFirst();
    }

    private static String count(long number) {
        return number < 0 ? "N/A" : String.valueOf(number);
    }

    private static String bytes(long number) {
        return number < 0 ? "N/A" : Sizes.decimal((double) number);
    }
}
