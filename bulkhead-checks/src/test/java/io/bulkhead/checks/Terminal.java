package io.bulkhead.checks;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The client on a terminal of its own (script(1) makes one): what is written here is typed there.
final class Terminal implements AutoCloseable {

    private final Process process;
    private final OutputStream keys;
    private final Path screen;

    private Terminal(Process process, Path screen) {
        this.process = process;
        this.keys = process.getOutputStream();
        this.screen = screen;
    }

    /// @param command of the stock client, for a shell
    static Terminal open(RunningDaemon daemon, String command) {
        return shell(daemon, "exec docker " + command);
    }

    /// @param command any, for a shell
    static Terminal shell(RunningDaemon daemon, String command) {
        try {
            Path screen = Files.createTempFile("bulkhead-", ".screen");
            List<String> words = new ArrayList<>(List.of("script", "-qefc"));
            words.addAll(List.of("stty rows 33 cols 101; " + command, "/dev/null"));
            Process process = Command.of(words)
                    .with(daemon.clientEnvironment())
                    .start(ProcessBuilder.Redirect.to(screen.toFile()), ProcessBuilder.Redirect.DISCARD);
            return new Terminal(process, screen);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void type(String text) {
        try {
            keys.write(text.getBytes(StandardCharsets.UTF_8));
            keys.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String shown() {
        try {
            return Command.text(screen);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void await(String text) {
        Eventually.value("`" + text + "` on the screen", this::shown, shown -> shown.contains(text));
    }

    int exitCode() {
        if (!Command.endedWithin(process, Duration.ofSeconds(30))) {
            throw new AssertionError("still open:\n" + shown());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            keys.close();
        } catch (IOException _) {
            // Nobody reads what was typed last.
        }
        try {
            Files.delete(screen);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
