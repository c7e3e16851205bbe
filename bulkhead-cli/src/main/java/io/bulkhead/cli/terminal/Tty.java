package io.bulkhead.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The terminal of this process, changed and measured by `stty`: the JDK has nothing for it, and native calls are the
/// kernel module's alone.
public final class Tty {

    /// Rows and columns.
    public record Size(int rows, int columns) {}

    private Tty() {}

    /// Whether a file descriptor of this process is a terminal.
    public static boolean is(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException _) {
            return false;
        }
    }

    public static Optional<Size> size() {
        String[] words = stty("size").orElse("").strip().split(" ", -1);
        try {
            return words.length == 2
                    ? Optional.of(new Size(Integer.parseInt(words[0]), Integer.parseInt(words[1])))
                    : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// The state to restore; empty when there is no terminal to be changed.
    static Optional<String> state() {
        return stty("-g").map(String::strip).filter(state -> !state.isEmpty());
    }

    static boolean set(String... settings) {
        return stty(settings).isPresent();
    }

    static void restore(String state) {
        stty(state);
    }

    private static Optional<String> stty(String... arguments) {
        List<String> command = new ArrayList<>(List.of("stty", "-F", "/dev/tty"));
        command.addAll(List.of(arguments));
        try {
            Process stty =
                    new ProcessBuilder(command).redirectErrorStream(false).start();
            stty.getOutputStream().close();
            stty.getErrorStream().close();
            String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return stty.waitFor() == 0 ? Optional.of(answer) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
