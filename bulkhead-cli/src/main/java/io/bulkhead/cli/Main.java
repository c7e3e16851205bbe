package io.bulkhead.cli;

import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.api.DaemonOptions;
import io.bulkhead.cli.json.JsonException;
import io.bulkhead.cli.system.Client;
import io.bulkhead.cli.template.TemplateException;
import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// `bulkhead [-H HOST] VERB ...`: finds the verb, makes it alone, runs it, and turns what goes wrong into one
/// line on stderr and an exit code.
public final class Main {

    static final int BAD_OPTION = 125;
    private static final String PREFIX = "bulkhead: ";

    private final Console console;

    private Main(Console console) {
        this.console = console;
    }

    public static void main(String[] arguments) {
        int code = run(Console.system(), arguments);
        // Threads that wait for input or signals must not keep the program.
        System.exit(code);
    }

    /// @return the exit code
    static int run(Console console, String... arguments) {
        var main = new Main(console);
        try {
            return main.dispatch(new ArrayDeque<>(List.of(arguments)));
        } catch (Failure failure) {
            return main.failed(failure.code(), failure);
        } catch (ApiException | TemplateException | JsonException failure) {
            return main.failed(1, failure);
        } finally {
            console.flush();
        }
    }

    private int failed(int code, RuntimeException failure) {
        return failed(code, PREFIX, failure);
    }

    private int failed(int code, String prefix, RuntimeException failure) {
        console.flush();
        String message = String.valueOf(failure.getMessage()).strip().replace("\n", " ");
        console.err().println(prefix + message);
        return code;
    }

    private int dispatch(Deque<String> arguments) {
        var daemon = new DaemonOptions();
        while (!arguments.isEmpty() && arguments.peekFirst().startsWith("-")) {
            String option = arguments.removeFirst();
            if (!taken(daemon, option, arguments)) {
                return information(option);
            }
        }
        if (arguments.isEmpty() || arguments.peekFirst().equals("help")) {
            console.out().print(Help.text());
            return 0;
        }
        return verb(arguments, daemon);
    }

    private static boolean taken(DaemonOptions daemon, String option, Deque<String> arguments) {
        try {
            return daemon.take(option, arguments);
        } catch (ApiException lacking) {
            throw new Failure(BAD_OPTION, lacking.getMessage() + ". See 'bulkhead --help'");
        }
    }

    private int information(String option) {
        switch (option) {
            case "-h", "--help" -> console.out().print(Help.text());
            case "-v", "--version" -> console.line("Bulkhead version " + Client.version());
            default -> throw new Failure(BAD_OPTION, "Unknown option: '" + option + "'. See 'bulkhead --help'");
        }
        return 0;
    }

    private int verb(Deque<String> arguments, DaemonOptions daemon) {
        String name = arguments.removeFirst();
        if (Verbs.GROUPS.contains(name)) {
            if (arguments.isEmpty() || arguments.peekFirst().equals("--help")) {
                console.out().print(Help.group(name));
                return 0;
            }
            name = name + " " + arguments.removeFirst();
        }
        Optional<Verb> verb = Verbs.named(name);
        if (verb.isEmpty()) {
            throw new Failure("unknown command: bulkhead " + name + ". See 'bulkhead --help'");
        }
        return run(verb.get(), name, arguments.toArray(String[]::new), daemon);
    }

    private int run(Verb verb, String name, String[] arguments, DaemonOptions daemon) {
        // picocli costs more than everything else together, and has nothing to do here.
        boolean plain = arguments.length == 0 && !verb.needsArguments();
        if (!plain && Parsing.parse(verb, name, arguments, console) == Parsing.Outcome.HELPED) {
            return 0;
        }
        Api api = Api.of(daemon, console.environment());
        try {
            return verb.run(console, api);
        } catch (ApiException refusal) {
            // As Docker's client: only `run` puts its own name before the daemon's words.
            int code = verb.refusedCode();
            return failed(code, code == 1 ? "" : PREFIX, refusal);
        } catch (IllegalArgumentException problem) {
            // A value that parsing a filter, time or the like refused.
            return failed(BAD_OPTION, problem);
        }
    }
}
