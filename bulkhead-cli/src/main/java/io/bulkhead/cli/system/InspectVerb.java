package io.bulkhead.cli.system;

import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonText;
import io.bulkhead.cli.template.Template;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "inspect", description = "Return low-level information on objects")
public final class InspectVerb extends Verb {

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "json, or a template such as '{{.State.Status}}'")
    String format = "";

    @Option(
            names = {"-s", "--size"},
            description = "Display total file sizes if the type is container")
    boolean size;

    @Option(names = "--type", paramLabel = "TYPE", description = "Only inspect objects of the given type")
    String type = "";

    @Completes(Known.ANYTHING)
    @Parameters(arity = "1..*", paramLabel = "NAME|ID")
    List<String> names = new ArrayList<>();

    private final List<Kind> kinds;

    private InspectVerb(List<Kind> kinds) {
        this.kinds = kinds;
    }

    /// In the order of the stock client: a container before an image of the same name.
    public static InspectVerb anything() {
        return new InspectVerb(List.of(Kind.values()));
    }

    /// @param kind `container`, `image`, `network` or `volume`
    public static InspectVerb only(String kind) {
        return new InspectVerb(List.of(Kind.valueOf(kind.toUpperCase(Locale.ROOT))));
    }

    @Override
    protected int run() {
        List<Kind> wanted = wanted();
        Optional<Template> template =
                format.isEmpty() || format.equals("json") ? Optional.empty() : Optional.of(Template.parse(format));
        List<Json> found = new ArrayList<>();
        int code = each(names, name -> {
            Json object = find(name, wanted);
            template.ifPresentOrElse(shape -> say(shape.render(object.value())), () -> found.add(object));
        });
        if (template.isEmpty()) {
            List<Object> all = new ArrayList<>();
            found.forEach(object -> all.add(object.value()));
            say(format.equals("json") ? JsonText.compact(all) : JsonText.indented(all));
        }
        return code;
    }

    private List<Kind> wanted() {
        if (type.isEmpty()) {
            return kinds;
        }
        for (Kind kind : kinds) {
            if (kind.name().equalsIgnoreCase(type)) {
                return List.of(kind);
            }
        }
        throw new Failure("\"" + type + "\" is not a valid value for --type");
    }

    private Json find(String name, List<Kind> wanted) {
        for (Kind kind : wanted) {
            try {
                return api().get(kind.path(name) + (size && kind == Kind.CONTAINER ? "?size=1" : ""));
            } catch (ApiException refusal) {
                if (refusal.status() != 404 || wanted.size() == 1) {
                    throw refusal;
                }
            }
        }
        throw new ApiException(404, "Error: No such object: " + name);
    }
}
