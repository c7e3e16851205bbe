package io.bulkhead.image;

import io.bulkhead.layer.FileOwners;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whom the files of a layer belong to, as a layer's record has it.
final class OwnersRecord {

    static final String FIELD = "owners";

    private OwnersRecord() {}

    static List<Map<String, Long>> of(FileOwners owners) {
        return owners.entries().stream()
                .map(each -> Map.of("uid", each.uid(), "gid", each.gid(), "files", each.files()))
                .toList();
    }

    /// Empty when the record is from before there was this field.
    static Optional<FileOwners> read(Json json) {
        return json.has(FIELD)
                ? Optional.of(new FileOwners(json.list(FIELD).stream()
                        .map(each -> new FileOwners.Entry(each.number("uid"), each.number("gid"), each.number("files")))
                        .toList()))
                : Optional.empty();
    }

    /// Looks at every file of an unpacked layer.
    static FileOwners walk(Path layer) {
        var tally = new FileOwners.Tally();
        try {
            Files.walkFileTree(layer, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    return look(directory);
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    return look(file);
                }

                private FileVisitResult look(Path file) throws IOException {
                    Map<String, Object> ids = Files.readAttributes(file, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
                    tally.add(id(ids, "uid"), id(ids, "gid"));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failure) {
            throw Failures.storage("looking at the owners in " + layer, failure);
        }
        return tally.owners();
    }

    private static long id(Map<String, Object> ids, String which) {
        return ids.get(which) instanceof Integer id ? Integer.toUnsignedLong(id) : 0;
    }
}
