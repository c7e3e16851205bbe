package io.bulkhead.cli.seccomp;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "recordings", description = "List the recordings of system calls, or remove some")
public final class RecordingsVerb extends Verb {

    static final String PATH = "/bulkhead/v1/seccomp/recordings";

    @Option(names = "--rm", paramLabel = "NAME", description = "Remove this recording instead; may be repeated")
    List<String> removed = List.of();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        if (!removed.isEmpty()) {
            return each(removed, name -> {
                api().delete(PATH + "/" + Query.part(name));
                say(name);
            });
        }
        Json recordings = api().get(PATH);
        say(format, recordings, () -> recordings.items().forEach(this::show));
        return 0;
    }

    private void show(Json recording) {
        String images = recording.at("Images").items().stream().map(Json::text).collect(Collectors.joining(", "));
        String methods =
                recording.at("Methods").items().stream().map(Json::text).collect(Collectors.joining("; "));
        int unnamed = recording.at("Unnamed").items().size();
        say(recording.at("Name").text() + ": " + recording.at("Calls").number() + " different calls"
                + (unnamed == 0 ? "" : " (" + unnamed + " without a name)") + " in "
                + recording.at("Runs").number() + " runs of " + images + ", seen by " + methods + ", last "
                + recording.at("Last").text());
    }
}
