package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.Containers;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.profile.ProfileWriter;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.RecordedProfile;
import io.bulkhead.seccomp.Recording;
import io.bulkhead.seccomp.RecordingName;
import io.bulkhead.seccomp.SyscallTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What containers were recorded to call, and the profile that is made of it.
final class RecordingRoutes {

    private static final String ALL = "/bulkhead/v1/seccomp/recordings";
    private static final String ONE = ALL + "/{name}";

    private final Containers containers;

    RecordingRoutes(Backend backend) {
        containers = backend.containers();
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", ALL, Operation.RECORDING_READ, this::list),
                new Route("GET", ONE, Operation.RECORDING_READ, this::read),
                new Route("GET", ONE + "/profile", Operation.RECORDING_READ, this::profile),
                new Route("DELETE", ONE, Operation.RECORDING_REMOVE, this::remove));
    }

    private static RecordingName name(Call call) {
        return new RecordingName(call.path("name"));
    }

    private static Allowed allow(Call call, RecordingName name) {
        return call.allow(Target.object("recording:" + name));
    }

    private void list(Call call) throws IOException {
        Allowed allowed = call.allow(Target.object("recordings"));
        Json.answer(
                call.exchange(),
                200,
                containers.recordings().all(allowed).stream()
                        .map(RecordingRoutes::summary)
                        .toList());
    }

    private static Map<String, @Nullable Object> summary(Recording recording) {
        return Json.object(
                "Name", recording.name().value(),
                "Runs", recording.runs(),
                "Calls", recording.calls().size(),
                "Unnamed", recording.unnamed(),
                "First", recording.first().toString(),
                "Last", recording.last().toString(),
                "Images", recording.images(),
                "Methods", recording.methods());
    }

    private void read(Call call) throws IOException {
        RecordingName name = name(call);
        Recording recording = containers.recordings().get(allow(call, name), name);
        var json = summary(recording);
        json.put(
                "Calls",
                recording.calls().stream()
                        .map(made -> Json.object(
                                "Table",
                                made.table().label(),
                                "Number",
                                made.number(),
                                "Call",
                                made.shown(),
                                "Count",
                                made.count()))
                        .toList());
        Json.answer(call.exchange(), 200, json);
    }

    /// The file itself, as `--security-opt seccomp=FILE` takes it.
    private void profile(Call call) throws IOException {
        RecordingName name = name(call);
        Recording recording = containers.recordings().get(allow(call, name), name);
        SyscallTable machine =
                SyscallTable.ofMachine(System.getProperty("os.arch", "")).getFirst();
        RecordedProfile profile;
        try {
            profile = RecordedProfile.of(recording, machine);
        } catch (PolicyException empty) {
            throw new EngineException(Reason.CONFLICT, String.valueOf(empty.getMessage()), empty);
        }
        byte[] file = (ProfileWriter.docker(profile.profile()) + "\n").getBytes(StandardCharsets.UTF_8);
        call.exchange().answer(200, Json.TYPE, file);
    }

    private void remove(Call call) throws IOException {
        RecordingName name = name(call);
        containers.recordings().remove(allow(call, name), name);
        call.exchange().answerEmpty(204);
    }
}
