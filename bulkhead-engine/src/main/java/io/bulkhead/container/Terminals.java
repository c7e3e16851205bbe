package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Sizes of terminals, told to the monitor through its fifo (docs/conmon.md, "Terminal").
final class Terminals {

    /// The monitor ignores larger ones.
    private static final int LARGEST = 1000;

    /// Of several sizes it finds at once the monitor takes the first; this is longer than it takes to read one.
    private static final int PAUSE_MILLIS = 10;

    private Terminals() {}

    static void resize(Path bundle, int rows, int columns) {
        if (rows < 1 || columns < 1) {
            throw new EngineException(Reason.INVALID, "a terminal has at least one row and one column");
        }
        String line = "1 " + Math.min(rows, LARGEST) + " " + Math.min(columns, LARGEST) + "\n";
        try {
            // Without CREATE: a monitor that has gone must not leave a file in the fifo's place.
            Files.write(bundle.resolve("ctl"), line.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
            Thread.sleep(PAUSE_MILLIS);
        } catch (IOException failure) {
            throw new EngineException(
                    Reason.CONFLICT, "the terminal cannot be resized: the process has ended", failure);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
