package io.bulkhead.dockerapi.create;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.bulkhead.container.ExecSpec;
import io.bulkhead.dockerapi.json.StrictJson;
import io.bulkhead.spec.UserSpec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The body of `POST /containers/{id}/exec`.
///
/// @param detach said again when it is started, which is what counts
/// @param consoleSize the client resizes right after the start
public record ExecRequest(
        String user,
        boolean privileged,
        boolean tty,
        boolean attachStdin,
        boolean attachStdout,
        boolean attachStderr,
        boolean detach,
        String detachKeys,
        List<String> env,
        String workingDir,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        List<String> cmd,

        @Nullable List<Integer> consoleSize) {

    public ExecRequest {
        user = Absent.text(user);
        detachKeys = Absent.text(detachKeys);
        env = Absent.list(env);
        workingDir = Absent.text(workingDir);
        cmd = Absent.list(cmd);
    }

    /// @throws io.bulkhead.container.EngineException INVALID, naming the field
    public static ExecSpec decode(byte[] body) {
        ExecRequest request = StrictJson.decode(body, ExecRequest.class);
        Invalid.when(request.cmd().isEmpty() || request.cmd().getFirst().isEmpty(), "No exec command specified");
        Invalid.when(
                request.privileged(),
                "Privileged: an exec never gets more than its container has; make the container with what it needs");
        return new ExecSpec(
                request.cmd(),
                ProcessResolver.environment(request.env(), List.of()),
                request.user().isEmpty() ? Optional.empty() : Optional.of(UserSpec.parse(request.user())),
                request.workingDir().isEmpty()
                        ? Optional.empty()
                        : Optional.of(ContainerPaths.workdir(request.workingDir())),
                request.tty(),
                request.attachStdin(),
                request.attachStdout(),
                request.attachStderr(),
                request.detachKeys());
    }

    /// The body of `POST /exec/{id}/start`.
    public record Start(
            boolean detach, boolean tty, @Nullable List<Integer> consoleSize) {

        public static Start decode(byte[] body) {
            return StrictJson.decode(body, Start.class);
        }
    }
}
