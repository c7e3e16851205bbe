package io.bulkhead.checks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs programs with a time limit. What they say goes through files, so that nothing can block.
final class Command {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<String> words;
    private Map<String, String> environment = Map.of();
    private String input = "";
    private Duration limit = LIMIT;

    private Command(List<String> words) {
        this.words = words;
    }

    static Command of(List<String> words) {
        return new Command(words);
    }

    static Ran run(String... words) {
        return new Command(List.of(words)).run();
    }

    static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    Command with(Map<String, String> variables) {
        environment = variables;
        return this;
    }

    Command reading(String text) {
        input = text;
        return this;
    }

    Command within(Duration time) {
        limit = time;
        return this;
    }

    /// Starts it and lets it run; the caller ends it.
    Process start(ProcessBuilder.Redirect out, ProcessBuilder.Redirect err) {
        var builder = new ProcessBuilder(words).redirectOutput(out).redirectError(err);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Ran run() {
        try {
            Path out = Files.createTempFile("bulkhead-", ".out");
            Path err = Files.createTempFile("bulkhead-", ".err");
            try {
                return run(out, err);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Ran run(Path out, Path err) throws IOException {
        Process process = start(ProcessBuilder.Redirect.to(out.toFile()), ProcessBuilder.Redirect.to(err.toFile()));
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // A program may end without reading what it is given.
        }
        boolean ended = endedWithin(process, limit);
        if (!ended) {
            process.destroyForcibly();
        }
        String said = text(out);
        String complained = text(err);
        if (!ended) {
            throw new AssertionError(words + " still runs after " + limit + "\n" + said + complained);
        }
        return new Ran(process.exitValue(), said, complained);
    }

    static boolean endedWithin(Process process, Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Not every program says only UTF-8.
    static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
