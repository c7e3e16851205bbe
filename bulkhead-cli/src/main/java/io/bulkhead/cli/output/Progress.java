package io.bulkhead.cli.output;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Sizes;
import io.bulkhead.cli.verb.Failure;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// The messages of a pull or load: on a terminal one line a layer with a bar, elsewhere one line a change of state.
public final class Progress {

    private static final int BAR = 50;

    private final PrintStream out;
    private final boolean terminal;
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    public Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /// @throws Failure when the message is that of an error
    public void show(Json message) {
        if (message.at("error").exists()) {
            throw new Failure(
                    "Error response from daemon: " + message.at("error").text());
        }
        String id = message.at("id").text();
        String bar = bar(message.at("progressDetail"));
        if (message.at("stream").exists()) {
            out.print(message.at("stream").text());
        } else if (!terminal) {
            plain(id, message.at("status").text(), bar);
        } else if (id.isEmpty()) {
            out.print(message.at("status").text() + "\u001b[K\n");
        } else {
            placed(id, id + ": " + message.at("status").text() + " " + bar);
        }
        out.flush();
    }

    private void plain(String id, String status, String bar) {
        if (bar.isEmpty()) {
            out.print((id.isEmpty() ? "" : id + ": ") + status + "\n");
        }
    }

    /// Goes up to the line of this layer and back; lines that stand there already keep their places.
    private void placed(String id, String text) {
        Integer line = lines.get(id);
        if (line == null) {
            lines.put(id, lines.size());
            out.print(text + "\u001b[K\n");
            return;
        }
        int up = lines.size() - line;
        out.print("\u001b[" + up + "A\r" + text + "\u001b[K\r\u001b[" + up + "B");
    }

    private static String bar(Json detail) {
        long current = detail.at("current").number();
        long total = detail.at("total").number();
        if (current <= 0 && total <= 0) {
            return "";
        }
        return total <= 0 ? sizes(current) : bar(current, total);
    }

    /// `[====>    ]  12.3MB/45MB`.
    static String bar(long current, long total) {
        int done = Math.clamp(current * BAR / total, 0, BAR);
        String box = done < BAR ? "=".repeat(done) + ">" + " ".repeat(BAR - done) : "=".repeat(BAR) + ">";
        String shown = sizes(current);
        return "[" + box + "] " + " ".repeat(Math.max(0, 8 - shown.length())) + shown + "/" + sizes(total);
    }

    private static String sizes(long bytes) {
        return Sizes.decimal((double) bytes);
    }
}
