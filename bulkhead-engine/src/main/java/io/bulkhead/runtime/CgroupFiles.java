package io.bulkhead.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Reading and writing the kernel's small files of one control group. The kernel makes all files there, and no links;
/// only the names of groups below can be a container's.
final class CgroupFiles {

    /// ENODEV: the group was removed while its file was open.
    private static final String GONE = "No such device";

    private CgroupFiles() {}

    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException failure) {
            if (String.valueOf(failure.getMessage()).contains(GONE)) {
                return Optional.empty();
            }
            throw new CgroupException(CgroupException.Reason.FAILED, "read " + file + ": " + why(failure), failure);
        }
    }

    /// @throws CgroupException INVALID if the kernel does not take the value, NOT_FOUND if there is no such file
    static void write(Path file, String value) {
        try {
            Files.writeString(
                    file,
                    value,
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (NoSuchFileException gone) {
            throw new CgroupException(CgroupException.Reason.NOT_FOUND, file + " does not exist", gone);
        } catch (IOException refused) {
            throw new CgroupException(
                    CgroupException.Reason.INVALID, "write " + value + " to " + file + ": " + why(refused), refused);
        }
    }

    private static String why(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.substring(message.lastIndexOf(':') + 1).strip();
    }

    /// The number in a file of one number; empty for `max`, for no file and for no number.
    static OptionalLong number(Path file) {
        return read(file).map(CgroupFiles::number).orElse(OptionalLong.empty());
    }

    /// A number the kernel writes in full, up to 2^64; what is over a `long` is the largest `long`.
    static OptionalLong number(String text) {
        String digits = text.strip();
        if (!digits.matches("-?[0-9]{1,20}")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(digits));
        } catch (NumberFormatException large) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
    }

    /// A file of lines `name number`.
    static Map<String, Long> table(Path file) {
        var table = new LinkedHashMap<String, Long>();
        for (String line : read(file).orElse("").lines().toList()) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                number(line.substring(blank + 1)).ifPresent(value -> table.put(line.substring(0, blank), value));
            }
        }
        return table;
    }

    /// The group and all below it, deepest last.
    static List<Path> tree(Path group) {
        var found = new ArrayList<Path>();
        if (Files.isDirectory(group, LinkOption.NOFOLLOW_LINKS)) {
            found.add(group);
        }
        for (int i = 0; i < found.size(); i++) {
            found.addAll(children(found.get(i)));
        }
        return found;
    }

    private static List<Path> children(Path group) {
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(group, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
            var children = new ArrayList<Path>();
            entries.forEach(children::add);
            return children;
        } catch (IOException | java.nio.file.DirectoryIteratorException gone) {
            return List.of();
        }
    }

    static List<Integer> pids(Path group) {
        var pids = new ArrayList<Integer>();
        for (Path each : tree(group)) {
            read(each.resolve("cgroup.procs"))
                    .ifPresent(text -> text.lines().map(Integer::valueOf).forEach(pids::add));
        }
        return pids;
    }

    /// @return whether nothing is left
    static boolean removeTree(Path group) {
        boolean removed = true;
        for (Path each : tree(group).reversed()) {
            try {
                Files.deleteIfExists(each);
            } catch (IOException busy) {
                removed = false;
            }
        }
        return removed;
    }
}
