package io.bulkhead.profile;

import io.bulkhead.capability.Capability;
import io.bulkhead.name.Names;
import io.bulkhead.seccomp.DockerProfile;
import io.bulkhead.seccomp.DockerProfile.Entry;
import io.bulkhead.seccomp.DockerProfile.Filter;
import io.bulkhead.seccomp.DockerProfile.KernelVersion;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.PolicyException.Reason;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Operator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a profile in Docker's format, and Podman's, which is the same with names for the errnos. Strict: a field that
/// is not understood may be one that tightens, so it is refused with its place.
public final class ProfileReader {

    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_ENTRIES = 2000;
    private static final int MOST_NAMES = 2000;
    private static final int DEEPEST = 10;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(25)
                            .maxStringLength(10_000)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ProfileReader() {}

    /// @throws PolicyException with the place in the file
    public static DockerProfile read(String json) {
        if (json.length() > MOST_CHARACTERS) {
            throw new PolicyException(Reason.TOO_LARGE, "the profile has more than " + MOST_CHARACTERS + " characters");
        }
        if (json.isBlank()) {
            throw new PolicyException(Reason.PROFILE, "the profile is empty; an empty profile is no filter");
        }
        return profile(Place.root(tree(json)), lines(json));
    }

    /// Where each entry of `syscalls` begins; empty for a text of one line, where that says nothing.
    private static List<Integer> lines(String json) {
        var lines = new ArrayList<Integer>();
        if (json.lines().limit(2).count() < 2) {
            return lines;
        }
        try (JsonParser parser = MAPPER.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean entry =
                        parser.streamReadContext().pathAsPointer().toString().equals("/syscalls/" + lines.size());
                if (entry && (token == JsonToken.START_OBJECT || token.isScalarValue())) {
                    lines.add(parser.currentTokenLocation().getLineNr());
                }
            }
        }
        return lines;
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException malformed) {
            String message = String.valueOf(malformed.getOriginalMessage())
                    .lines()
                    .findFirst()
                    .orElse("");
            throw new PolicyException(Reason.PROFILE, "the profile is no JSON: " + Names.shown(message));
        }
    }

    private static DockerProfile profile(Place root, List<Integer> lines) {
        root.allow(
                "defaultAction",
                "defaultErrnoRet",
                "defaultErrno",
                "architectures",
                "archMap",
                "flags",
                "syscalls",
                "listenerPath",
                "listenerMetadata");
        for (String listener : List.of("listenerPath", "listenerMetadata")) {
            if (root.has(listener)) {
                throw root.at(listener).wrong("another process that decides about calls is not supported");
            }
        }
        Action action = action(root.required("defaultAction"));
        return new DockerProfile(
                action,
                errno(root, action, "defaultErrnoRet"),
                root.list("architectures", MOST_NAMES).stream()
                        .map(ProfileReader::architecture)
                        .toList(),
                archMap(root),
                root.list("flags", MOST_NAMES).stream().map(ProfileReader::flag).toList(),
                entries(root.list("syscalls", MOST_ENTRIES), lines));
    }

    private static List<Entry> entries(List<Place> places, List<Integer> lines) {
        var entries = new ArrayList<Entry>();
        for (Place place : places) {
            entries.add(entry(place, entries.size() < lines.size() ? lines.get(entries.size()) : 0));
        }
        return entries;
    }

    private static Map<String, List<String>> archMap(Place root) {
        var map = new LinkedHashMap<String, List<String>>();
        for (Place line : root.list("archMap", MOST_NAMES)) {
            line.allow("architecture", "subArchitectures");
            String own = architecture(line.required("architecture"));
            List<String> others = line.list("subArchitectures", MOST_NAMES).stream()
                    .map(ProfileReader::architecture)
                    .toList();
            if (map.put(own, others) != null) {
                throw line.wrong("there are two lines for this architecture");
            }
        }
        return map;
    }

    /// Those of other machines count for nothing here, so only their form is looked at.
    private static String architecture(Place place) {
        String name = place.text();
        if (!name.matches("SCMP_ARCH_[A-Z0-9_]{1,20}")) {
            throw place.wrong("`" + Names.shown(name) + "` is no architecture such as SCMP_ARCH_X86_64");
        }
        return name;
    }

    private static String flag(Place place) {
        String name = place.text();
        if (!Set.of(
                        "SECCOMP_FILTER_FLAG_TSYNC",
                        "SECCOMP_FILTER_FLAG_LOG",
                        "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
                        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")
                .contains(name)) {
            throw place.wrong("`" + Names.shown(name) + "` is no flag of seccomp(2)");
        }
        return name;
    }

    private static Entry entry(Place entry, int line) {
        entry.allow("names", "name", "action", "errnoRet", "errno", "args", "comment", "includes", "excludes");
        Action action = action(entry.required("action"));
        return new Entry(
                names(entry),
                action,
                errno(entry, action, "errnoRet"),
                entry.list("args", 6).stream().map(ProfileReader::argument).toList(),
                filter(entry, "includes"),
                filter(entry, "excludes"),
                entry.path(),
                line);
    }

    private static List<String> names(Place entry) {
        List<Place> several = entry.list("names", MOST_NAMES);
        if (entry.has("name")) {
            if (!several.isEmpty()) {
                throw entry.at("name").wrong("there is `names` too; an entry has one");
            }
            several = List.of(entry.at("name"));
        }
        var names = new ArrayList<String>();
        for (Place name : several) {
            if (!name.text().matches("[a-zA-Z0-9_]{1,64}")) {
                throw name.wrong("`" + Names.shown(name.text()) + "` cannot be the name of a call");
            }
            names.add(name.text());
        }
        return names;
    }

    private static Action action(Place place) {
        String name = place.text();
        if (name.equals("SCMP_ACT_NOTIFY")) {
            throw place.wrong("SCMP_ACT_NOTIFY is not supported: another process would decide about calls");
        }
        for (Action action : Action.values()) {
            if (action.name().equals(name)) {
                return action;
            }
        }
        throw place.wrong("`" + Names.shown(name) + "` is no action; known are "
                + java.util.Arrays.stream(Action.values()).map(Enum::name).collect(Collectors.joining(", ")));
    }

    /// Podman writes the name beside the number; the number counts, as it does there.
    private static Optional<Integer> errno(Place object, Action action, String field) {
        if (!object.has(field)) {
            return Optional.empty();
        }
        Place place = object.at(field);
        if (!action.hasErrno()) {
            throw place.wrong(action + " takes no errno");
        }
        long errno = place.number(4095).longValue();
        return Optional.of((int) errno);
    }

    private static Argument argument(Place argument) {
        argument.allow("index", "value", "valueTwo", "op");
        String name = argument.required("op").text();
        for (Operator operator : Operator.values()) {
            if (operator.name().equals(name)) {
                return new Argument(
                        argument.required("index").number(5).intValue(),
                        argument.required("value").number(-1).longValue(),
                        argument.has("valueTwo")
                                ? argument.at("valueTwo").number(-1).longValue()
                                : 0,
                        operator);
            }
        }
        throw argument.at("op").wrong("`" + Names.shown(name) + "` is no comparison such as SCMP_CMP_EQ");
    }

    private static Filter filter(Place entry, String field) {
        if (!entry.has(field)) {
            return Filter.NONE;
        }
        Place filter = entry.at(field);
        filter.allow("caps", "arches", "minKernel");
        var caps = new LinkedHashSet<Capability>();
        for (Place cap : filter.list("caps", 100)) {
            caps.add(Capability.parse(cap.text())
                    .orElseThrow(() -> cap.wrong("unknown capability `" + Names.shown(cap.text()) + "`")));
        }
        Set<String> arches =
                filter.list("arches", 100).stream().map(Place::text).collect(Collectors.toUnmodifiableSet());
        return new Filter(
                caps,
                arches,
                filter.has("minKernel")
                        ? Optional.of(KernelVersion.parse(filter.at("minKernel").text()))
                        : Optional.empty());
    }
}
