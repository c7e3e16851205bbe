package io.bulkhead.image;

/// Tells of bytes as they come, but not of every chunk: each line goes to a client.
final class ThrottledProgress {

    private static final long STEP = 512 << 10;

    private final Images.Progress progress;
    private final String id;
    private final long total;
    private long told = -STEP;

    ThrottledProgress(Images.Progress progress, String id, long total) {
        this.progress = progress;
        this.id = id;
        this.total = total;
    }

    void downloading(long bytes) {
        if (bytes - told >= STEP || bytes == total) {
            told = bytes;
            progress.update(id, "Downloading", bytes, total);
        }
    }
}
