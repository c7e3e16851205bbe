package io.bulkhead.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The directories of an overlay as its options may spell them. Options end at one page, and `:`, `,` and `\` mean
/// something in them: paths that do not fit are given as `/proc/self/fd/N` of pinned directories, which the kernel
/// resolves at once.
final class OverlayPaths implements AutoCloseable {

    /// One page less room for the option names and what the caller adds.
    private static final int ROOM = 3072;

    private final List<String> texts;
    private final List<Fd> pinned;

    private OverlayPaths(List<String> texts, List<Fd> pinned) {
        this.texts = texts;
        this.pinned = pinned;
    }

    static OverlayPaths of(List<Path> paths) {
        List<String> texts = paths.stream().map(Path::toString).toList();
        int length = texts.stream()
                .mapToInt(text -> FileNames.encode(text).length + 1)
                .sum();
        if (length <= ROOM && texts.stream().noneMatch(OverlayPaths::special)) {
            return new OverlayPaths(texts, List.of());
        }
        var pinned = new ArrayList<Fd>();
        try {
            for (Path path : paths) {
                pinned.add(Opening.pathOnly(path, Sys.O_DIRECTORY));
            }
        } catch (KernelException missing) {
            pinned.forEach(Fd::close);
            throw missing;
        }
        return new OverlayPaths(
                pinned.stream().map(fd -> Opening.self(fd).toString()).toList(), pinned);
    }

    private static boolean special(String text) {
        return text.indexOf(':') >= 0 || text.indexOf(',') >= 0 || text.indexOf('\\') >= 0;
    }

    String joined(int count) {
        return texts.stream().limit(count).collect(Collectors.joining(":"));
    }

    String text(int index) {
        return texts.get(index);
    }

    @Override
    public void close() {
        pinned.forEach(Fd::close);
    }
}
