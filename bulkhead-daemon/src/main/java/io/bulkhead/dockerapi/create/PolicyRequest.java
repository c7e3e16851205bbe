package io.bulkhead.dockerapi.create;

import io.bulkhead.capability.Capability;
import io.bulkhead.dockerapi.json.StrictJson;
import io.bulkhead.seccomp.Confinement;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Which system call policy a question is about: a container's, or the one that these options would make. The options
/// are those of `POST /containers/create` and are read by the same code.
public record PolicyRequest(
        String container, List<String> securityOpt, List<String> capAdd, List<String> capDrop, boolean privileged) {

    public PolicyRequest {
        container = Absent.text(container);
        securityOpt = Absent.list(securityOpt);
        capAdd = Absent.list(capAdd);
        capDrop = Absent.list(capDrop);
    }

    /// Not in the constructor: what a reader of JSON throws on loses its words.
    private void check() {
        boolean options = !securityOpt.isEmpty() || !capAdd.isEmpty() || !capDrop.isEmpty() || privileged;
        Invalid.when(
                options && !container.isEmpty(),
                "a policy is a container's or made of options; Container and options cannot be asked about together");
        for (String line : securityOpt) {
            if (!line.matches("(?s)seccomp[:=].*")) {
                throw Invalid.value("SecurityOpt", line, "only seccomp options make a system call policy");
            }
        }
    }

    /// @throws io.bulkhead.container.EngineException INVALID
    public Set<Capability> capabilities() {
        return CapabilitySet.of(capAdd, capDrop, privileged);
    }

    /// @throws io.bulkhead.container.EngineException INVALID
    public Confinement confinement() {
        return SecurityOptions.parse(securityOpt, UsernsSources.NONE).confinement(capabilities());
    }

    private static <T> T decode(byte[] body, Class<T> type, String... policies) {
        JsonNode tree = StrictJson.parse(body);
        for (String field : policies) {
            Invalid.when(
                    tree.isObject() && !tree.path(field).isObject(),
                    field + ": the policy is missing; {} is the default one");
        }
        return StrictJson.decode(tree, type);
    }

    /// The body of `POST /bulkhead/v1/seccomp/show`.
    ///
    /// @param format empty for the report, or `docker`, `oci`, `bpf`, `pseudo`
    public record Show(PolicyRequest policy, String format) {
        public Show {
            format = Absent.text(format);
        }

        public static Show decode(byte[] body) {
            Show asked = PolicyRequest.decode(body, Show.class, "Policy");
            asked.policy.check();
            return asked;
        }
    }

    /// The body of `POST /bulkhead/v1/seccomp/explain`.
    ///
    /// @param arguments the first ones, as many as are known
    /// @param architecture of the table; empty for the machine's own
    public record Explain(PolicyRequest policy, String call, List<String> arguments, String architecture) {
        public Explain {
            call = Absent.text(call);
            arguments = Absent.list(arguments);
            architecture = Absent.text(architecture);
        }

        public static Explain decode(byte[] body) {
            Explain asked = PolicyRequest.decode(body, Explain.class, "Policy");
            asked.policy.check();
            return asked;
        }
    }

    /// The body of `POST /bulkhead/v1/seccomp/diff`.
    public record Difference(PolicyRequest before, PolicyRequest after) {
        public static Difference decode(byte[] body) {
            Difference asked = PolicyRequest.decode(body, Difference.class, "Before", "After");
            asked.before.check();
            asked.after.check();
            return asked;
        }
    }
}
