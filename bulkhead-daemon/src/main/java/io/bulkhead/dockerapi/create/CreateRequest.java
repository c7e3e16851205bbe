package io.bulkhead.dockerapi.create;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.bulkhead.dockerapi.json.StrictJson;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The body of `POST /containers/create` (API 1.41 to 1.51), as far as it means something here.
///
/// @param attachStdout and the other two: whether the client that creates it will attach, for `inspect`
/// @param entrypoint null: the image's; an empty list or one empty string: none at all
public record CreateRequest(
        String hostname,
        String domainname,
        String user,
        boolean attachStdin,
        boolean attachStdout,
        boolean attachStderr,
        Map<String, JsonNode> exposedPorts,
        boolean tty,
        boolean openStdin,
        boolean stdinOnce,
        List<String> env,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        List<String> cmd,

        @Nullable Healthcheck healthcheck,
        String image,
        Map<String, JsonNode> volumes,
        String workingDir,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable
        List<String> entrypoint,

        boolean networkDisabled,
        String macAddress,
        Map<String, String> labels,
        String stopSignal,
        @Nullable Integer stopTimeout,
        List<String> shell,
        HostConfig hostConfig,
        Networking networkingConfig) {

    public CreateRequest {
        hostname = Absent.text(hostname);
        domainname = Absent.text(domainname);
        user = Absent.text(user);
        exposedPorts = Absent.map(exposedPorts);
        env = Absent.list(env);
        cmd = Absent.list(cmd);
        image = Absent.text(image);
        volumes = Absent.map(volumes);
        workingDir = Absent.text(workingDir);
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        macAddress = Absent.text(macAddress);
        labels = Absent.map(labels);
        stopSignal = Absent.text(stopSignal);
        shell = Absent.list(shell);
        hostConfig = hostConfig == null ? HostConfig.none() : hostConfig;
        networkingConfig = networkingConfig == null ? new Networking(Map.of()) : networkingConfig;
    }

    /// Reads a body once and strictly.
    ///
    /// @throws io.bulkhead.container.EngineException INVALID, naming the field
    public static CreateRequest decode(byte[] body) {
        return StrictJson.decode(FieldRules.CREATE.applyTo(StrictJson.parse(body)), CreateRequest.class);
    }

    /// Times in nanoseconds; 0 inherits from the image.
    public record Healthcheck(
            List<String> test, long interval, long timeout, long startPeriod, long startInterval, int retries) {
        public Healthcheck {
            test = Absent.list(test);
        }
    }

    public record Networking(Map<String, Endpoint> endpointsConfig) {
        public Networking {
            endpointsConfig = Absent.map(endpointsConfig);
        }
    }

    public record Endpoint(
            @com.fasterxml.jackson.annotation.JsonProperty("IPAMConfig") @Nullable
            Ipam ipamConfig,

            String macAddress,
            List<String> aliases) {
        public Endpoint {
            macAddress = Absent.text(macAddress);
            aliases = Absent.list(aliases);
        }
    }

    public record Ipam(
            @com.fasterxml.jackson.annotation.JsonProperty("IPv4Address")
            String ipv4Address) {
        public Ipam {
            ipv4Address = Absent.text(ipv4Address);
        }
    }
}
