package io.bulkhead.cli.container;

import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.output.Listing;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "stats", description = "Display a live stream of container(s) resource usage statistics")
public final class StatsVerb extends Verb {

    private static final String CLEAR = "\u001b[2J\u001b[H";

    @Option(
            names = {"-a", "--all"},
            description = "Show all containers (default shows just running)")
    boolean all;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or a template")
    String format = "";

    @Option(names = "--no-stream", description = "Disable streaming stats and only pull the first result")
    boolean once;

    @Option(names = "--no-trunc", description = "Do not truncate output")
    boolean whole;

    @Completes(Known.LIVE)
    @Parameters(arity = "0..*", paramLabel = "CONTAINER")
    List<String> containers = new ArrayList<>();

    @Override
    protected int run() {
        // One request takes the daemon a second, since it compares two moments.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            show(threads);
            while (!once) {
                Thread.sleep(500);
                console().out().print(CLEAR);
                show(threads);
            }
            return 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private void show(ExecutorService threads) throws InterruptedException {
        List<String> names = containers.isEmpty() ? listed() : containers;
        List<Callable<Optional<Map<String, Object>>>> questions = new ArrayList<>();
        names.forEach(name -> questions.add(() -> row(name)));
        var listing = new Listing(
                StatsRow.HEADERS, List.of("ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs"));
        for (Future<Optional<Map<String, Object>>> answer : threads.invokeAll(questions)) {
            result(answer).ifPresent(listing::add);
        }
        listing.show(format, console());
        console().flush();
    }

    private static Optional<Map<String, Object>> result(Future<Optional<Map<String, Object>>> answer)
            throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause();
            throw new Failure(String.valueOf((cause == null ? failure : cause).getMessage()));
        }
    }

    private List<String> listed() {
        return api().get("/containers/json" + (all ? "?all=1" : "")).items().stream()
                .map(container -> container.at("Id").text())
                .toList();
    }

    /// Nothing for a container that went away since it was listed.
    private Optional<Map<String, Object>> row(String name) {
        try {
            Json stats = api().get(Paths.of(name, "/stats?stream=0"));
            return Optional.of(StatsRow.of(name, stats, !whole));
        } catch (ApiException refusal) {
            if (refusal.status() == 404 && containers.isEmpty()) {
                return Optional.empty();
            }
            throw refusal;
        }
    }
}
