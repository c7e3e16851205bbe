package io.bulkhead.cli.verb;

import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.json.Json;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// One verb of the command line. Its fields are its options; only the verb that was asked for is ever made.
public abstract class Verb {

    @Option(names = "--help", usageHelp = true, description = "Print usage")
    boolean help;

    private @Nullable Console console;
    private @Nullable Api api;

    /// Docker's exit code for a verb that the daemon refuses.
    public int refusedCode() {
        return 1;
    }

    /// Everything after the first argument that is no option belongs to the container's command.
    public boolean takesCommand() {
        return false;
    }

    /// False for a verb that can do without any: it is then run without reading its options at all.
    public boolean needsArguments() {
        return true;
    }

    public final int run(Console streams, Api daemon) {
        console = streams;
        api = daemon;
        return run();
    }

    /// @return the exit code
    protected abstract int run();

    protected final Console console() {
        if (console == null) {
            throw new IllegalStateException("a verb without its streams");
        }
        return console;
    }

    protected final Api api() {
        if (api == null) {
            throw new IllegalStateException("a verb without its daemon");
        }
        return api;
    }

    protected final void say(String line) {
        console().line(line);
    }

    /// Says an answer of the daemon as it came, for the format `json`, or in words, for `text`.
    ///
    /// @throws IllegalArgumentException for any other format
    protected final void say(String format, Json answer, Runnable inWords) {
        switch (format) {
            case "json" -> say(answer.toString());
            case "text" -> inWords.run();
            default -> throw new IllegalArgumentException("--format: it is text or json");
        }
    }

    /// Does the same to each, tells about those that failed, and goes on: 1 if any did.
    protected final int each(List<String> names, Consumer<String> action) {
        int code = 0;
        for (String name : names) {
            try {
                action.accept(name);
            } catch (ApiException refusal) {
                console().flush();
                console().err().println(refusal.getMessage());
                code = 1;
                if (refusal.status() == 0) {
                    break;
                }
            }
        }
        return code;
    }
}
